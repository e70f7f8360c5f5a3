import { KeepaEnvelope, keepaHistory, KeepaProduct, marketplaceOfKeepa } from '@souk/amazon';
import type { HistoryFile, HistoryRow } from './history-row.ts';

/** Fragments of answers say neither product nor marketplace: the file's name has the one, this is the other. */
const assumedDomain = 1;

/** Rows of a saved answer of Keepa's `/product`: a row is a point of a series of prices. */
export function* keepaRows(file: HistoryFile): Generator<HistoryRow> {
  const envelope = KeepaEnvelope.safeParse(JSON.parse(file.text.replace(/^\uFEFF/, '')));
  if (!envelope.success || !envelope.data.products)
    throw new Error(`${file.name} is no answer of Keepa’s /product: it has no products`);
  const named = /(?:^|[^0-9A-Z])(B0[0-9A-Z]{8}|\d{9}[\dX])(?![0-9A-Z])/.exec(file.name)?.[1];
  for (const [index, raw] of envelope.data.products.entries()) {
    const at = `${file.name}:${index + 1}`;
    const parsed = KeepaProduct.safeParse(
      typeof raw === 'object' ? { asin: named, domainId: assumedDomain, ...raw } : raw,
    );
    if (parsed.success) yield* rowsOf(parsed.data, at);
    else yield { at, skipped: 'unreadable row', detail: parsed.error.issues[0]!.path.join('.') };
  }
}

function* rowsOf(product: KeepaProduct, at: string): Generator<HistoryRow> {
  const history = keepaHistory(product);
  if ('problem' in history) {
    yield { at, skipped: 'unreadable row', detail: history.problem };
    return;
  }
  const source = `keepa-${marketplaceOfKeepa(product.domainId)!.country.toLowerCase()}`;
  for (const observation of history.observations) yield { at, observation: { source, ...observation } };
  for (let left = history.unread; left > 0; left -= 1)
    yield { at, skipped: 'no price', detail: 'before the first offer' };
}
