import type {
  Alert,
  AlertReason,
  Availability,
  Deal,
  DealFactor,
  Product,
  ProductFacts,
} from '@souk/contracts';
import type { z } from 'zod';
import type { Action } from '../conversation/actions.ts';
import type { Money } from '../conversation/reply.ts';

/** What can be done with a card. Each channel draws its buttons, links and menus from these. */
export type CardAction =
  | { kind: 'buy'; url: string }
  | { kind: 'chart'; productId: string }
  /** Leafs through its sizes, colours and other variations. */
  | { kind: 'variants'; productId: string }
  /** What the conversation performs when it is pressed. */
  | {
      kind: 'do';
      label:
        | 'button.explain'
        | 'button.snooze'
        | 'button.similar'
        | 'button.stop'
        | 'button.bought'
        | 'button.watch';
      action: Action;
    };

/** A product with its price as every channel shows it: facts only, nothing written yet. */
export interface ProductCard {
  productId: string;
  title: string;
  /** Its values of what the variations of its product differ in. */
  variant: Readonly<Record<string, string>>;
  url: string | null;
  image: string | null;
  source: string;
  /** The shop's own code of it. */
  product: string;
  seller: string | null;
  condition: string | null;
  /** Null while no price is known. */
  price: Money | null;
  previousPrice: Money | null;
  /** Null when the source does not say. */
  shipping: Money | null;
  /** The price of right now, where it is another one than the alert tells of. */
  priceNow: Money | null;
  /** When the price was seen, as an instant. */
  seenAt: string | null;
  /** In percent; the shop's own claim, and against what the product usually costs. */
  discount: { claimed: number | null; real: number | null };
  score: { value: number; isSure: boolean; best: readonly DealFactor[] } | null;
  stock: z.infer<typeof Availability> | null;
  reasons: readonly AlertReason[];
  /** To be shown beside the price, as its source demands. */
  attribution: string | null;
  actions: readonly CardAction[];
}

/** What other services know beyond the alert itself; either may be missing. */
export interface Known {
  deal?: Deal | undefined;
  product?: Product | undefined;
}

const BEST_FACTORS = 2;
/** A factor below this speaks against the deal rather than for it. */
const GOOD_FROM = 60;
/** Below this confidence a score comes from a short history. */
const SURE_FROM = 0.4;
const SNOOZE_HOURS = 24;

/** The card of an alert: the alert's own facts, completed by what is known right now. */
export function cardOfAlert(alert: Alert, { deal, product }: Known = {}): ProductCard {
  const { currency, productId } = alert;
  const judged = deal?.offerId === alert.offerId && deal.currency === currency ? deal : undefined;
  const isSamePrice = judged?.priceMinor === alert.priceMinor;
  const offer = product?.offers.find(({ offerId }) => offerId === alert.offerId);
  return {
    productId,
    title: alert.title ?? product?.facts.title ?? `${alert.source} ${alert.product}`,
    variant: product?.facts.variant ?? {},
    url: alert.url ?? product?.facts.url ?? null,
    image: alert.image ?? product?.facts.image ?? null,
    source: alert.source,
    product: alert.product,
    seller: alert.seller,
    condition: alert.condition,
    price: { amountMinor: alert.priceMinor, currency },
    previousPrice: moneyOf(alert.previousPriceMinor, currency),
    shipping: offer ? moneyOf(offer.shippingMinor, offer.currency) : null,
    priceNow: judged && !isSamePrice ? { amountMinor: judged.priceMinor, currency } : null,
    seenAt: alert.observedAt,
    discount: isSamePrice ? discountOf(judged) : { claimed: null, real: null },
    score: scoreOf(isSamePrice ? judged : undefined, alert.score),
    stock: judged?.availability ?? null,
    reasons: alert.reasons,
    attribution: offer?.attribution ?? null,
    actions: [
      ...actionsOf(alert.url ?? product?.facts.url ?? null, productId, product?.facts),
      act('button.explain', { do: 'explain', watchId: alert.watchId }),
      act('button.snooze', { do: 'snooze', watchId: alert.watchId, hours: SNOOZE_HOURS }),
      act('button.similar', { do: 'similar', productId }),
      act('button.bought', { do: 'bought-alert', alertId: alert.id }),
      act('button.stop', { do: 'stop', watchId: alert.watchId }),
    ],
  };
}

/** The card of a product that somebody asked for. */
export function cardOfProduct(product: Product, deal?: Deal): ProductCard {
  const { id: productId, facts } = product;
  const offer = product.offers.find(({ offerId }) => offerId === deal?.offerId) ?? product.offers[0];
  const price = deal ?? offer;
  return {
    productId,
    title: facts.title ?? `${product.source} ${product.product}`,
    variant: facts.variant ?? {},
    url: facts.url ?? null,
    image: facts.image ?? null,
    source: product.source,
    product: product.product,
    seller: offer?.seller ?? null,
    condition: offer?.condition ?? null,
    price: price ? { amountMinor: price.priceMinor, currency: price.currency } : null,
    previousPrice: deal ? moneyOf(deal.previousPriceMinor, deal.currency) : null,
    shipping: offer ? moneyOf(offer.shippingMinor, offer.currency) : null,
    priceNow: null,
    seenAt: price?.observedAt ?? null,
    discount: deal ? discountOf(deal) : { claimed: null, real: null },
    score: scoreOf(deal, null),
    stock: price?.availability ?? null,
    reasons: [],
    attribution: offer?.attribution ?? null,
    actions: [
      ...actionsOf(facts.url ?? null, productId, facts),
      act('button.watch', { do: 'watch', productId }),
      act('button.similar', { do: 'similar', productId }),
      act('button.bought', boughtAt(productId, price)),
    ],
  };
}

/** Pressed later, it notes what the card shows: the price may be another one by then. */
const boughtAt = (productId: string, price: Pick<Deal, 'priceMinor' | 'currency'> | undefined): Action =>
  price && price.priceMinor > 0
    ? { do: 'bought-at', productId, amountMinor: price.priceMinor, currency: price.currency }
    : { do: 'bought', productId };

const moneyOf = (amountMinor: number | null, currency: string): Money | null =>
  amountMinor === null ? null : { amountMinor, currency };

/** Against the usual price, as the texts say: the lowest price of the 30 days before is another, harder measure. */
const discountOf = ({ discount }: Deal): ProductCard['discount'] => ({
  claimed: discount.claimedPercent,
  real: discount.usualPercent ?? null,
});

/** The score with the factors that say the most for it; that of the alert alone has none. */
function scoreOf(deal: Deal | undefined, alertScore: number | null): ProductCard['score'] {
  const value = deal?.score ?? alertScore;
  if (value === null) return null;
  const best = (deal?.factors ?? [])
    .filter((factor) => (factor.value ?? 0) >= GOOD_FROM && factor.weight > 0)
    .toSorted((one, other) => other.value! * other.weight - one.value! * one.weight)
    .slice(0, BEST_FACTORS);
  return { value, isSure: (deal?.confidence ?? 1) >= SURE_FROM, best };
}

const actionsOf = (url: string | null, productId: string, facts: ProductFacts = {}): CardAction[] => [
  ...(url !== null && isWebAddress(url) ? [{ kind: 'buy' as const, url }] : []),
  { kind: 'chart', productId },
  ...(hasVariants(facts) ? [{ kind: 'variants' as const, productId }] : []),
];

/** Its source has said so: it is one of several, or what they differ in. */
const hasVariants = ({ variantOf, variant }: ProductFacts): boolean =>
  variantOf !== undefined || Object.keys(variant ?? {}).length > 0;

const act = (label: Extract<CardAction, { kind: 'do' }>['label'], action: Action): CardAction => ({
  kind: 'do',
  label,
  action,
});

const isWebAddress = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
