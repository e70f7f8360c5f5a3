import type { Preference } from '@souk/contracts';
import type { KnownBlock, PlainTextOption } from '@slack/web-api';
import { holds, OFFERED, type Setting, SETTINGS, settingText, valueText } from '../preferences/settings.ts';
import type { Texts } from '../texts/texts.ts';
import { MAX_BUTTON_TEXT, MAX_HEADER, MAX_SECTION, plain } from './slack-blocks.ts';
import { writePress } from './slack-presses.ts';

/** How a conversation wants to be spoken to, with a menu for each setting. */
export const settingsBlocks = (preference: Preference, texts: Texts): KnownBlock[] => [
  { type: 'header', text: plain(texts.say('settings.title'), MAX_HEADER) },
  ...SETTINGS.map((setting): KnownBlock => ({
    type: 'section',
    text: plain(settingText(setting, preference, texts), MAX_SECTION),
    accessory: {
      type: 'static_select',
      action_id: `souk.set.${setting}`,
      placeholder: plain(texts.say('settings.choose'), MAX_BUTTON_TEXT),
      options: optionsOf(setting, preference, texts),
    },
  })),
];

/** The value that holds is marked; insights are switched one by one. */
function optionsOf(setting: Setting, preference: Preference, texts: Texts): PlainTextOption[] {
  const isToggle = setting === 'insights';
  const offered = OFFERED[setting].filter((value) => !isToggle || !holds(setting, preference, value));
  return offered.map((value) => {
    const isOn = isToggle ? value.startsWith('-') : holds(setting, preference, value);
    return {
      text: plain(`${isOn ? '✓ ' : ''}${valueText(setting, value, texts)}`, MAX_BUTTON_TEXT),
      value: writePress({ press: 'set', field: setting, value }),
    };
  });
}
