import type { Preference } from '@souk/contracts';
import { holds, OFFERED, type Setting, SETTINGS, settingText, valueText } from '../preferences/settings.ts';
import type { Texts } from '../texts/texts.ts';
import { htmlOf, type Line, MAX_TEXT } from './html.ts';
import { type Button, rowsOf, type TelegramMessage, textMessage } from './message.ts';
import { writePress } from './presses.ts';

/** All settings with a button for each. */
export function settingsMessage(
  preference: Preference,
  texts: Texts,
  head: readonly Line[] = [],
): TelegramMessage {
  const buttons = SETTINGS.map((setting): Button => ({
    text: settingText(setting, preference, texts),
    data: writePress({ press: 'setting', field: setting }),
  }));
  const close: Button = { text: texts.say('button.close'), data: writePress({ press: 'close' }) };
  const html = htmlOf([...head, { text: texts.say('settings.title'), look: 'b' }], MAX_TEXT);
  return textMessage(html, rowsOf([...buttons, close], 1));
}

/** The values of one setting; the one that holds is marked. Insights are switched one by one. */
export function settingMessage(setting: Setting, preference: Preference, texts: Texts): TelegramMessage {
  const offered = OFFERED[setting].filter(
    (value) => setting !== 'insights' || !holds(setting, preference, value),
  );
  const buttons = offered.map((value): Button => {
    const isOn = setting === 'insights' ? value.startsWith('-') : holds(setting, preference, value);
    return {
      text: `${isOn ? '✓ ' : ''}${valueText(setting, value, texts)}`,
      data: writePress({ press: 'set', field: setting, value }),
    };
  });
  const done: Button = { text: texts.say('button.done'), data: writePress({ press: 'settings' }) };
  const lines: Line[] = [
    { text: settingText(setting, preference, texts), look: 'b' },
    { text: texts.say('settings.choose') },
  ];
  return textMessage(htmlOf(lines, MAX_TEXT), [...rowsOf(buttons, 2), ...rowsOf([done], 1)]);
}
