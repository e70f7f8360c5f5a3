import { type DataOf, MAX_USES_PER_MESSAGE, type UsageRecorded } from '@souk/contracts';
import type { UsageRecord } from './usage-groups.ts';

/** A broker takes messages of 1 MB; a character is at most three bytes, and the envelope needs room too. */
const MAX_CHARACTERS = 250_000;

/** Puts the uses of each account together: one message costs billing less than a hundred. */
export function messagesOf(records: readonly UsageRecord[]): DataOf<typeof UsageRecorded>[] {
  const messages: DataOf<typeof UsageRecorded>[] = [];
  const open = new Map<string, { more: UsageRecord[]; characters: number }>();
  for (const record of records) {
    const characters = JSON.stringify(record).length;
    const message = open.get(record.accountId);
    const isFull =
      message &&
      (message.more.length >= MAX_USES_PER_MESSAGE - 1 || message.characters + characters > MAX_CHARACTERS);
    if (message && !isFull) {
      message.more.push(record);
      message.characters += characters;
      continue;
    }
    const more: UsageRecord[] = [];
    open.set(record.accountId, { more, characters });
    messages.push({ ...record, more });
  }
  return messages;
}
