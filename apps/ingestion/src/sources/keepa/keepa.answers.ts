import { keepaCurrent, KeepaEnvelope, KeepaProduct, marketplaceIn, tokenWaitMs } from '@souk/amazon';
import {
  type LookupResult,
  type MissingProduct,
  RefusedBySource,
  type SourceAnswer,
  UnexpectedAnswer,
} from '../adapter.ts';
import { expectSuccess } from '../expect-success.ts';

/** What Keepa says of each product that was asked for. Without tokens it refuses, and says when to come again. */
export function readProducts(
  { marketplace }: { marketplace: string },
  products: readonly string[],
  answer: SourceAnswer,
): LookupResult {
  const { sent, pauseMs } = productsIn(answer, products.length);
  const byAsin = new Map(
    sent.flatMap((raw) => {
      const product = KeepaProduct.safeParse(raw);
      return product.success ? [[product.data.asin, { raw, product: product.data }] as const] : [];
    }),
  );
  if (sent.length > 0 && byAsin.size === 0)
    throw new UnexpectedAnswer(`none of the ${sent.length} products is understood`);
  const result: LookupResult = { items: [], missing: [], pauseMs };
  for (const asked of products) {
    const found = byAsin.get(asked);
    const problem = found ? problemOf(found.product, marketplace) : unknown;
    if (problem) result.missing.push({ product: asked, ...problem });
    else {
      const { observations } = keepaCurrent(found!.product) as { observations: Record<string, unknown>[] };
      result.items.push(...observations.map((posted) => ({ raw: summaryOf(found!.product), posted })));
    }
  }
  return result;
}

const unknown: Omit<MissingProduct, 'product'> = {
  reason: 'not-found',
  detail: 'Keepa does not know it at this marketplace',
};

function problemOf(product: KeepaProduct, marketplace: string): Omit<MissingProduct, 'product'> | undefined {
  if (product.domainId !== marketplaceIn(marketplace)?.keepaDomain)
    return { reason: 'failed', detail: `the answer is of marketplace ${product.domainId}` };
  if (!product.title && !product.stats?.current?.some((value) => value >= 0)) return unknown;
  const now = keepaCurrent(product);
  if ('problem' in now) return { reason: 'failed', detail: `the product ${now.problem}` };
  return now.observations.length > 0
    ? undefined
    : { reason: 'no-offer', detail: 'nobody offers it at present' };
}

/** The whole product may have a MB; what cannot be read is looked at by its prices. */
const summaryOf = ({ asin, lastUpdate, stats }: KeepaProduct): unknown => ({ asin, lastUpdate, stats });

function productsIn(answer: SourceAnswer, tokens: number): { sent: unknown[]; pauseMs: number | undefined } {
  const envelope = KeepaEnvelope.safeParse(json(answer.body));
  if (answer.status === 429) {
    const waitMs = envelope.success ? tokenWaitMs(envelope.data, tokens) : undefined;
    const left = envelope.success ? envelope.data.tokensLeft : undefined;
    throw new RefusedBySource(
      'throttled',
      `Keepa has no tokens left for this key (${left ?? 'unknown'})`,
      waitMs,
    );
  }
  const said = envelope.success ? envelope.data.error?.message : undefined;
  if (answer.status >= 400 && said)
    throw new RefusedBySource(kindOf(answer.status), `Keepa: ${said.slice(0, 300)}`);
  expectSuccess(answer);
  if (!envelope.success) throw new UnexpectedAnswer('the answer of Keepa has another shape');
  if (said) throw new RefusedBySource('invalid', `Keepa: ${said.slice(0, 300)}`);
  if (!envelope.data.products) throw new UnexpectedAnswer('the answer of Keepa has no products in it');
  // A call may leave the bucket empty or in debt; the next one is answered once there is a token again.
  const waitMs = envelope.data.tokensLeft === undefined ? 0 : tokenWaitMs(envelope.data);
  return { sent: envelope.data.products, pauseMs: waitMs || undefined };
}

function kindOf(status: number): RefusedBySource['kind'] {
  if (status === 401 || status === 402) return 'unauthorized';
  if (status === 403) return 'forbidden';
  return status >= 500 ? 'unavailable' : 'invalid';
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
