import { Injectable } from '@nestjs/common';
import type { AcceptedOffer } from '@souk/contracts';
import { plainArray, type Tx } from '@souk/service';
import { availabilityCode } from '../availability.ts';
import type { AcceptedMessage } from '../incoming-price.ts';
import { CONTRADICTED_KEPT, CONTRADICTED_MS, type OfferDoubts } from './doubt-readings.ts';
import type { NewPrice } from '../sort-out.ts';
import type { HeldPrice, Retelling } from './sift-readings.ts';

/** Prices that wait until they are confirmed, and those that were not. */
@Injectable()
export class HeldPricesStore {
  /** Of these offers those with readings that wait or were contradicted. */
  async of(tx: Tx, offerIds: readonly string[], now: Date): Promise<Map<string, OfferDoubts>> {
    const rows = await tx.query<HeldRow>(
      `select offer_id, account_id, observed_at, offer, message, trace_id, readings_needed, retold, contradicted_at
       from held_price where offer_id = any ($1::uuid[]) order by observed_at`,
      [plainArray(offerIds, (id) => id)],
    );
    const sinceMs = now.getTime() - CONTRADICTED_MS;
    const doubts = new Map<string, OfferDoubts & { refuted: NewPrice[] }>();
    for (const row of rows) {
      let one = doubts.get(row.offer_id);
      if (!one) doubts.set(row.offer_id, (one = { held: [], contradicted: 0, refuted: [] }));
      const held = heldOf(row);
      if (!row.contradicted_at) one.held.push(held);
      else one.refuted.push(held.price);
      if (row.contradicted_at && row.contradicted_at.getTime() > sinceMs) one.contradicted += 1;
    }
    return doubts;
  }

  /** What was contradicted leaves its place to another price of the same time. */
  async hold(tx: Tx, held: readonly HeldPrice[]): Promise<void> {
    if (held.length === 0) return;
    await tx.query(
      `insert into held_price (offer_id, account_id, observed_at, trace_id, readings_needed, offer, message, retold)
       select offer_id, account_id, observed_at, trace_id, readings_needed, offer, message, retold
       from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::smallint[], $6::jsonb[], $7::jsonb[],
         $8::jsonb[])
         as held(offer_id, account_id, observed_at, trace_id, readings_needed, offer, message, retold)
       on conflict (offer_id, observed_at) do update set offer = excluded.offer, message = excluded.message,
         trace_id = excluded.trace_id, readings_needed = excluded.readings_needed, retold = excluded.retold,
         contradicted_at = null
       where held_price.contradicted_at is not null`,
      [
        plainArray(held, ({ price }) => price.offer.offerId),
        plainArray(held, ({ price }) => price.message.accountId),
        plainArray(held, ({ price }) => price.offer.observedAt),
        plainArray(held, ({ price }) => price.message.traceId),
        plainArray(held, ({ readingsNeeded }) => readingsNeeded),
        held.map(({ price }) => JSON.stringify(price.offer)),
        held.map(({ price }) => JSON.stringify({ ...price.message.data, offers: undefined })),
        held.map(({ retold }) => JSON.stringify(retold)),
      ],
    );
  }

  /** They were told again, and wait on. */
  async retell(tx: Tx, retold: readonly HeldPrice[]): Promise<void> {
    if (retold.length === 0) return;
    await tx.query(
      `update held_price set retold = told.retold
       from unnest($1::uuid[], $2::timestamptz[], $3::jsonb[]) as told(offer_id, observed_at, retold)
       where held_price.offer_id = told.offer_id and held_price.observed_at = told.observed_at`,
      [...places(retold.map((held) => ({ held }))), retold.map((held) => JSON.stringify(held.retold))],
    );
  }

  /**
   * They are stored now, or the history has come to the same; what was said of them in the quarantine stays, with how it
   * ended.
   */
  async release(tx: Tx, released: readonly { held: HeldPrice; outcome: string }[]): Promise<void> {
    if (released.length === 0) return;
    await this.note(tx, released);
    await tx.query(
      `delete from held_price using unnest($1::uuid[], $2::timestamptz[]) as gone(offer_id, observed_at)
       where held_price.offer_id = gone.offer_id and held_price.observed_at = gone.observed_at`,
      places(released),
    );
  }

  /** They stay out of the history; how often that happened is remembered. */
  async contradict(
    tx: Tx,
    contradicted: readonly { held: HeldPrice; outcome: string }[],
    now: Date,
  ): Promise<void> {
    if (contradicted.length === 0) return;
    await this.note(tx, contradicted);
    await tx.query(
      `update held_price set contradicted_at = $3
       from unnest($1::uuid[], $2::timestamptz[]) as told(offer_id, observed_at)
       where held_price.offer_id = told.offer_id and held_price.observed_at = told.observed_at`,
      [...places(contradicted), now],
    );
    await tx.query(
      `delete from held_price where (offer_id, observed_at) in (
         select offer_id, observed_at from (
           select offer_id, observed_at, row_number() over (partition by offer_id order by observed_at desc) as place
           from held_price where offer_id = any ($1::uuid[]) and contradicted_at is not null
         ) as ranked where place > ${CONTRADICTED_KEPT})`,
      [places(contradicted)[0]],
    );
  }

  private async note(tx: Tx, ended: readonly { held: HeldPrice; outcome: string }[]): Promise<void> {
    await tx.query(
      `update quarantined set detail = detail || ended.outcome
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as ended(account_id, offer_id, observed_at, outcome)
       where quarantined.account_id = ended.account_id and quarantined.offer_id = ended.offer_id
         and quarantined.observed_at = ended.observed_at and reason = 'implausible'`,
      [
        plainArray(ended, ({ held }) => held.price.message.accountId),
        plainArray(ended, ({ held }) => held.price.offer.offerId),
        plainArray(ended, ({ held }) => held.price.offer.observedAt),
        ended.map(({ outcome }) => outcome),
      ],
    );
  }
}

const places = (ended: readonly { held: HeldPrice }[]): [string, string] => [
  plainArray(ended, ({ held }) => held.price.offer.offerId),
  plainArray(ended, ({ held }) => held.price.offer.observedAt),
];

function heldOf(row: HeldRow): HeldPrice {
  const { offer } = row;
  const message = {
    accountId: row.account_id,
    traceId: row.trace_id,
    data: { ...row.message, offers: [offer] },
  } as AcceptedMessage;
  return {
    readingsNeeded: row.readings_needed,
    retold: row.retold,
    price: {
      message,
      offer,
      place: 0,
      atMs: row.observed_at.getTime(),
      value: { priceMinor: offer.priceMinor, availability: availabilityCode(offer.availability) },
      isLate: false,
    },
  };
}

interface HeldRow {
  offer_id: string;
  account_id: string;
  observed_at: Date;
  offer: AcceptedOffer;
  message: Omit<AcceptedMessage['data'], 'offers'>;
  trace_id: string;
  readings_needed: number;
  retold: Retelling[];
  contradicted_at: Date | null;
}
