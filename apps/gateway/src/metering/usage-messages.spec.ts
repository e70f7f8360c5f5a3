import { MAX_USES_PER_MESSAGE, newId, UsageRecorded } from '@souk/contracts';
import type { UsageRecord } from './usage-groups.ts';
import { messagesOf } from './usage-messages.ts';

const record = (accountId: string, subjects: string[] = []): UsageRecord => ({
  usageId: newId(),
  accountId,
  keyId: newId(),
  operation: 'getProduct',
  count: 1,
  credits: 1,
  subjects,
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-01T00:00:00.200Z',
});

const idsOf = (messages: ReturnType<typeof messagesOf>): string[] =>
  messages.flatMap(({ usageId, more = [] }) => [usageId, ...more.map((one) => one.usageId)]);

describe('messagesOf', () => {
  it('tells every use once, those of an account together, within the contract', () => {
    const [alice, bob] = [newId(), newId()];
    const records = Array.from({ length: 250 }, (_, index) => record(index % 5 === 0 ? bob : alice));
    const messages = messagesOf(records);
    expect(idsOf(messages).toSorted()).toEqual(records.map(({ usageId }) => usageId).toSorted());
    expect(messages).toHaveLength(Math.ceil(200 / MAX_USES_PER_MESSAGE) + 1);
    for (const message of messages) expect(() => UsageRecorded.data.parse(message)).not.toThrow();
  });

  it('keeps a message below what a broker takes, whatever was searched for', () => {
    const long = Array.from({ length: 100 }, () => '\u6f22'.repeat(200));
    const messages = messagesOf(Array.from({ length: 60 }, () => record('a', long)));
    for (const message of messages) expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(900_000);
    expect(idsOf(messages)).toHaveLength(60);
  });
});
