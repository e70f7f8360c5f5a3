import type { Texts } from '../texts/texts.ts';
import { htmlOf, type Line, MAX_TEXT } from './html.ts';
import { type Button, rowsOf, type TelegramMessage, textMessage } from './message.ts';
import { actionData, writePress } from './presses.ts';

/** Commands that the bot knows, in the order in which clients offer them. */
export const COMMANDS = ['watches', 'deals', 'saved', 'market', 'settings', 'help', 'stop'] as const;

export function helpMessage(texts: Texts, head: readonly Line[] = []): TelegramMessage {
  const lines: Line[] = [
    ...head,
    { text: texts.say('help.text') },
    ...COMMANDS.map((name): Line => ({ text: `/${name} – ${texts.say(`command.${name}`)}` })),
  ];
  const buttons: Button[] = [
    { text: texts.say('button.watches'), data: actionData({ do: 'watches', page: 0 }) },
    { text: texts.say('button.deals'), data: actionData({ do: 'deals', page: 0 }) },
    { text: texts.say('button.savings'), data: actionData({ do: 'savings' }) },
    { text: texts.say('button.settings'), data: writePress({ press: 'settings' }) },
  ];
  return textMessage(htmlOf(lines, MAX_TEXT), rowsOf(buttons, 2));
}
