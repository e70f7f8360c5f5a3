import {
  AlertDelivered,
  CreditsChanged,
  type DataOf,
  type EventContract,
  TARIFF,
  UsageRecorded,
} from '@souk/contracts';
import { type Batch, type Message, Subscribe } from '@souk/bus';
import { Controller } from '@nestjs/common';
import { Charging } from './charging.ts';
import type { Use } from './usage.ts';

/** What was used is charged once, from the hold that it names, from what is available, or it is owed. */
@Controller()
export class UsageHandlers {
  constructor(private readonly charging: Charging) {}

  @Subscribe(UsageRecorded, { maxMessages: 50 })
  async usage(batch: Batch<typeof UsageRecorded>): Promise<void> {
    await this.charge(batch, batch.messages.flatMap(usesOf));
  }

  /** A watch alert is never withheld for lack of credit: what cannot be paid is owed. */
  @Subscribe(AlertDelivered, { maxMessages: 200 })
  async alerts(batch: Batch<typeof AlertDelivered>): Promise<void> {
    await this.charge(batch, batch.messages.map(useOfDelivery));
  }

  private async charge<E extends EventContract>(batch: Batch<E>, uses: Use[]): Promise<void> {
    for (const accountId of await this.charging.charge(batch.tx, uses)) {
      const causedBy = batch.messages.findLast((message) => message.accountId === accountId)!;
      const change = { accountId, available: 0, change: 'exhausted' as const };
      batch.publish(CreditsChanged, change, { causedBy, key: accountId, accountId });
    }
  }
}

/** Postgres stores neither NUL nor half a surrogate pair; a look-up must not become free by what was looked for. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();

type Of<E extends EventContract> = Pick<Message<E>, 'accountId'> & { data: DataOf<E> };

/** The account that pays is the envelope's: it is the tenant that the transaction may touch. */
export const usesOf = ({ accountId, data }: Of<typeof UsageRecorded>): Use[] =>
  [data, ...(data.more ?? [])].map((used) => ({
    id: used.usageId,
    accountId,
    operation: storable(used.operation),
    count: used.count,
    credits: used.credits,
    keyId: used.keyId,
    holdId: used.holdId ?? null,
    subjects: used.subjects.map(storable),
    from: used.from,
    to: used.to,
  }));

/** The inbox is part of Souk and free. */
export const useOfDelivery = ({ accountId, data }: Of<typeof AlertDelivered>): Use => ({
  id: data.deliveryId,
  accountId,
  operation: `alert.${data.channelType}`,
  count: 1,
  credits: data.channelType === 'inbox' ? 0 : TARIFF.alertDelivered,
  keyId: null,
  holdId: null,
  subjects: [data.watchId],
  from: data.deliveredAt,
  to: data.deliveredAt,
});
