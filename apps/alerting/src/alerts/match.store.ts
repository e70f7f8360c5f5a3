import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';
import type { Probe } from './probes.ts';

/** A probe of one price of a batch; `place` names the price. */
export interface PlacedProbe extends Probe {
  place: number;
  productId: string;
  /** Whose listing it is. */
  owner: string;
  currency: string;
  /** The id of its source's scope. */
  sourceScope: string;
}

/** A watch that a price may have crossed a threshold of. */
export interface Candidate {
  place: number;
  watchId: string;
  accountId: string;
}

/** Watches whose thresholds the probes crossed, once for each place: one look-up for all tenants. */
export const MATCHES =
  'find_matches($1::int[], $2::uuid[], $3::uuid[], $4::smallint[], $5::bigint[], $6::bigint[], $7::text[], $8::uuid[])';

export const matchParameters = (probes: readonly PlacedProbe[]): unknown[] => [
  probes.map((probe) => probe.place),
  probes.map((probe) => probe.productId),
  probes.map((probe) => probe.owner),
  probes.map((probe) => probe.kind),
  probes.map((probe) => probe.low),
  probes.map((probe) => probe.high),
  probes.map((probe) => probe.currency),
  probes.map((probe) => probe.sourceScope),
];

/** The SQL of matching: one statement for a whole batch and all tenants. */
@Injectable()
export class MatchStore {
  /**
   * Nobody but its owner hears of a listing, unless it is the operator's, which all may watch. In the order of the
   * places; so many of each place and so many in all, however many watch.
   */
  async find(
    tx: Tx,
    probes: readonly PlacedProbe[],
    { ofEach, inAll }: { ofEach: number; inAll: number },
  ): Promise<Candidate[]> {
    return tx.query<Candidate>(
      `select place, watch_id as "watchId", account_id as "accountId"
       from (select *, row_number() over (partition by place) as number from ${MATCHES}) as found
       where number <= $9 order by place limit $10`,
      [...matchParameters(probes), ofEach, inAll],
    );
  }
}
