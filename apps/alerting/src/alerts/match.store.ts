import { Injectable } from '@nestjs/common';
import { plainArray, type Tx } from '@souk/service';
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
  plainArray(probes, (probe) => probe.place),
  plainArray(probes, (probe) => probe.productId),
  plainArray(probes, (probe) => probe.owner),
  plainArray(probes, (probe) => probe.kind),
  plainArray(probes, (probe) => probe.low),
  plainArray(probes, (probe) => probe.high),
  plainArray(probes, (probe) => probe.currency),
  plainArray(probes, (probe) => probe.sourceScope),
];

/** What was asked of the match index, and what it found. */
export interface Matches {
  probes: readonly PlacedProbe[];
  found: Candidate[];
}

interface FoundRow extends Candidate {
  /** Of a row that names a kind instead of a candidate. */
  kind: number | null;
}

/** The SQL of matching: one statement for a whole batch and all tenants. */
@Injectable()
export class MatchStore {
  /** Kinds of rows that the match index has had, as last heard; they never become fewer. */
  private kinds: ReadonlySet<number> = new Set();

  /**
   * Nobody but its owner hears of a listing, unless it is the operator's, which all may watch. In the order of the
   * places; so many of each place and so many in all, however many watch.
   * @param probesFor what the prices ask of rows of these kinds; asked once more where the index has others by now
   */
  async find(
    tx: Tx,
    probesFor: (kinds: ReadonlySet<number>) => readonly PlacedProbe[],
    atMost: { ofEach: number; inAll: number },
  ): Promise<Matches> {
    const probes = probesFor(this.kinds);
    const found = await this.ask(tx, probes, atMost);
    const others = found.flatMap(({ kind }) => kind ?? []);
    if (others.length === 0) return { probes, found };
    this.kinds = new Set([...this.kinds, ...others]);
    return this.find(tx, probesFor, atMost);
  }

  /** The candidates, and kinds of rows that are not known here yet. */
  private ask(
    tx: Tx,
    probes: readonly PlacedProbe[],
    { ofEach, inAll }: { ofEach: number; inAll: number },
  ): Promise<FoundRow[]> {
    return tx.query<FoundRow>(
      `select * from (
         select place, watch_id as "watchId", account_id as "accountId", null::smallint as kind
         from (select *, row_number() over (partition by place) as number from ${MATCHES}) as found
         where number <= $9 order by place limit $10
       ) as candidate
       union all
       select null, null, null, kind from row_kind where kind <> all ($11::smallint[])
       order by place`,
      [...matchParameters(probes), ofEach, inAll, plainArray([...this.kinds], (kind) => kind)],
    );
  }
}
