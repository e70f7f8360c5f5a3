import type { Message } from '@souk/bus';
import type { DealsScored, ScoredDeal } from '@souk/contracts';
import type { DayRates } from '@souk/money';
import { readConditions } from '../watches/conditions.ts';
import type { KnownProduct } from '../watches/product.store.ts';
import { type Leaf, leavesOf, type Rule } from '../watches/rule.ts';
import { hasAttributes, sourceScope } from '../watches/scopes.ts';
import type { StoredWatch } from '../watches/stored-watch.ts';
import { judge } from './judge.ts';
import type { Candidate, PlacedProbe } from './match.store.ts';
import { probesOf } from './probes.ts';

/** Why the prices of a message, or one of them, raise no alerts whatever they cross. */
export type Mute = 'late' | 'no-alerts';

/** A price of a batch with the message it came in. */
export interface PlacedDeal {
  message: Message<typeof DealsScored>;
  source: string;
  deal: ScoredDeal;
  mute: Mute | null;
}

/** A watch's rule came true with a price. */
export interface Crossing {
  place: number;
  placed: PlacedDeal;
  watch: StoredWatch;
  /** Conditions that came true with it, and those that hold as well. */
  crossed: Leaf[];
  holding: Leaf[];
}

/** The prices of a batch; those of a backfill concern nobody. */
export function dealsOf(messages: readonly Message<typeof DealsScored>[]): PlacedDeal[] {
  return messages
    .filter(({ data }) => data.mode === 'live')
    .flatMap((message) => {
      const { source, policy, deals } = message.data;
      const mute = policy?.mayAlert === false ? 'no-alerts' : null;
      return deals.map((deal): PlacedDeal => ({
        message,
        source,
        deal,
        mute: mute ?? (deal.late ? 'late' : null),
      }));
    });
}

/**
 * What the prices ask of the match index; `place` is the price's place in the list.
 * @param kinds of rows that may be there, so that nothing is asked in vain; all of them unless told
 */
export function placedProbesOf(deals: readonly PlacedDeal[], kinds?: ReadonlySet<number>): PlacedProbe[] {
  const scopes = new Map<string, string>();
  const scopeOfSource = (source: string): string => {
    const known = scopes.get(source);
    if (known !== undefined) return known;
    const scope = sourceScope(source);
    scopes.set(source, scope);
    return scope;
  };
  return deals.flatMap(({ message, deal, source }, place) =>
    probesOf(deal)
      .filter(({ kind }) => !kinds || kinds.has(kind))
      .map(({ kind, low, high }) => ({
        kind,
        low,
        high,
        place,
        productId: deal.productId,
        owner: message.accountId,
        currency: deal.currency,
        sourceScope: scopeOfSource(source),
      })),
  );
}

/** The rule of a stored watch; its conditions were read once before they were stored. */
export function ruleOf({ id, conditions }: Pick<StoredWatch, 'id' | 'conditions'>): Rule {
  const read = readConditions(conditions);
  if ('problems' in read) throw new TypeError(`watch ${id} is stored with conditions that cannot be read`);
  return read.rule;
}

/** Whether one of the rules has an amount in another currency than the prices it is judged by. */
export function needsRates(
  watches: ReadonlyMap<string, { rule: Rule }>,
  candidates: readonly Candidate[],
  deals: readonly PlacedDeal[],
): boolean {
  return candidates.some(({ watchId, place }) => {
    const rule = watches.get(watchId)?.rule;
    const { currency } = deals[place]!.deal;
    return rule && leavesOf(rule).some((leaf) => leaf.currency !== null && leaf.currency !== currency);
  });
}

/** Of the candidates those whose rule came true, in the order of the prices. */
export function crossingsOf(
  deals: readonly PlacedDeal[],
  candidates: readonly Candidate[],
  watches: ReadonlyMap<string, { watch: StoredWatch; rule: Rule }>,
  products: ReadonlyMap<string, KnownProduct>,
  rates: DayRates | undefined,
): Crossing[] {
  return candidates.flatMap(({ place, watchId }) => {
    const placed = deals[place]!;
    const { watch, rule } = watches.get(watchId) ?? {};
    if (!watch || !rule || !concerns(watch, products.get(placed.deal.productId))) return [];
    const { crossed, holding } = judge(rule, placed.deal, rates);
    return crossed.length > 0 ? { place, placed, watch, crossed, holding } : [];
  });
}

/** Of a product's variations a watch may mean some only. */
const concerns = ({ target }: StoredWatch, product: KnownProduct | undefined): boolean =>
  target?.kind !== 'variants' || hasAttributes(target.attributes, product?.variant ?? null);
