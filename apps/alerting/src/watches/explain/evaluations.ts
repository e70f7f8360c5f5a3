import type { Deal, ExplainWatch, Product, ResponseOf } from '@souk/contracts';
import type { DayRates } from '@souk/money';
import { standingOfRule } from '../already-true.ts';
import { factsOfDeal } from '../deal-facts.ts';
import type { Rule } from '../rule.ts';

export type Evaluation = ResponseOf<typeof ExplainWatch>['evaluations'][number];

const MOST = 5;

/** How the rule of a watch stands at the latest prices of listings, those that come closest first. */
export function evaluationsOf(
  rule: Rule,
  products: Iterable<Product>,
  deals: ReadonlyMap<string, Deal>,
  rates: DayRates | undefined,
): Evaluation[] {
  return [...products]
    .flatMap((product) => {
      const deal = deals.get(product.id);
      return deal ? evaluationOf(rule, product, deal, rates) : [];
    })
    .toSorted(
      (a, b) =>
        closeness(b) - closeness(a) || a.priceMinor - b.priceMinor || (a.productId < b.productId ? -1 : 1),
    )
    .slice(0, MOST);
}

/** A rule that is true comes first, then by the share of its conditions that are. */
const closeness = ({ verdict, conditions }: Evaluation): number =>
  (verdict === 'true' ? 1 : 0) +
  conditions.filter((condition) => condition.verdict === 'true').length / (conditions.length + 1);

function evaluationOf(rule: Rule, product: Product, deal: Deal, rates: DayRates | undefined): Evaluation {
  const offer = product.offers.find(({ offerId }) => offerId === deal.offerId);
  const { verdict, standings, decisive } = standingOfRule(rule, factsOfDeal(deal, offer), rates);
  return {
    source: product.source,
    product: product.product,
    productId: product.id,
    title: product.facts.title ?? null,
    url: product.facts.url ?? null,
    priceMinor: deal.priceMinor,
    currency: deal.currency,
    observedAt: deal.observedAt,
    checkedAt: offer?.collectedAt ?? deal.observedAt,
    verdict,
    conditions: standings.map((standing) => ({
      field: standing.leaf.field,
      kind: standing.leaf.kind,
      verdict: standing.verdict,
      matters: decisive.includes(standing),
      rule: standing.rule,
      sentence: standing.sentence,
      saidRule: standing.saidRule,
      said: standing.said,
      inputs: standing.inputs,
    })),
    traceId: deal.traceId,
  };
}
