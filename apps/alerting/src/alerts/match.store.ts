import { Injectable } from '@nestjs/common';
import { type ConditionKind, OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { KIND_NUMBERS, kindOfNumber, type Probe } from './probes.ts';

/** A probe of one price of a batch; `place` names the price. */
export interface PlacedProbe extends Probe {
  place: number;
  productId: string;
  /** Whose listing it is. */
  owner: string;
  currency: string;
}

/** A condition that became true with a price. */
export interface Match {
  place: number;
  watchId: string;
  accountId: string;
  kind: ConditionKind;
  threshold: number;
}

/** The SQL of matching: one join for a whole batch and all tenants. */
@Injectable()
export class MatchStore {
  /** Nobody but its owner hears of a listing, unless it is the operator's, which all may watch. */
  async find(tx: Tx, probes: readonly PlacedProbe[]): Promise<Match[]> {
    const rows = await tx.query<Omit<Match, 'kind'> & { kind: number }>(
      `select p.place, i.watch_id as "watchId", i.account_id as "accountId", i.kind, i.threshold
       from unnest($1::int[], $2::uuid[], $3::uuid[], $4::smallint[], $5::bigint[], $6::bigint[], $7::text[])
         as p(place, product_id, owner, kind, low, high, currency)
       join match_index i on i.product_id = p.product_id and i.kind = p.kind
         and i.threshold > p.low and i.threshold <= p.high
       where (i.currency is null or i.currency = p.currency)
         and (i.account_id = p.owner or p.owner = '${OPERATOR_ACCOUNT_ID}')
       order by p.place, i.kind`,
      [
        probes.map((probe) => probe.place),
        probes.map((probe) => probe.productId),
        probes.map((probe) => probe.owner),
        probes.map((probe) => KIND_NUMBERS[probe.kind]),
        probes.map((probe) => probe.low),
        probes.map((probe) => probe.high),
        probes.map((probe) => probe.currency),
      ],
    );
    return rows.map((row) => ({ ...row, kind: kindOfNumber(row.kind) }));
  }
}
