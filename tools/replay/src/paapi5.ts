import { type CatalogueItem, marketplaceAt, readCatalogueAnswer } from '@souk/amazon';
import type { HistoryFile, HistoryRow } from './history-row.ts';

/** Rows of a recorded answer of Amazon's PA-API 5.0, of any operation: a row is an offer of an item. */
export function* paapi5Rows(file: HistoryFile, observedAt: string | undefined): Generator<HistoryRow> {
  if (observedAt === undefined) throw new Error('say when the answers were recorded');
  const answer = readCatalogueAnswer(file.text);
  if (!answer) throw new Error(`${file.name} is no answer of the PA-API`);
  for (const [index, item] of answer.items.entries())
    yield* rowsOf(item, `${file.name}:${index + 1}`, observedAt);
  for (const [index] of answer.strangers.entries()) {
    yield { at: `${file.name}:${answer.items.length + index + 1}`, skipped: 'unreadable row' };
  }
}

function* rowsOf(item: CatalogueItem, at: string, observedAt: string): Generator<HistoryRow> {
  const country = item.url && marketplaceAt(item.url)?.country;
  if (!country) yield { at, skipped: 'unreadable row', detail: 'its address names no marketplace' };
  else if (item.none) {
    yield { at, skipped: item.none.isUnreadable ? 'unreadable price' : 'no price', detail: item.none.why };
  } else {
    const source = `amazon-${country.toLowerCase()}`;
    for (const observation of item.observations) {
      yield { at, observation: { source, ...observation, observedAt } };
    }
  }
}
