import { cleanFloatNoise, formatAmount } from '@souk/money';
import type { HistoryFile, HistoryRow, ReplayedObservation } from './history-row.ts';
import { productCode } from './product-code.ts';

type Part = Record<string, unknown>;

/**
 * Fields that do not tell which part it is. Some follow the price, and some came, went or changed their meaning
 * between snapshots (a case's bays became its volume in September 2023, a CPU's SMT its architecture in 2025, the
 * maximum memory of a board was corrected): with them in the key, a part would turn into another one.
 */
const notIdentifying = new Set([
  'name',
  'price',
  'price_per_gb',
  'external_525_bays',
  'external_volume',
  'smt',
  'microarchitecture',
  'max_memory',
]);

/** Rows of one category's file in one snapshot (`YYYY-MM-DD`): a JSON array of parts, of which most have no price. */
export function* pcpartsRows(date: string, file: HistoryFile): Generator<HistoryRow> {
  const category = file.name.replace(/^.*\//, '').replace(/\.json$/, '');
  const parts: unknown = JSON.parse(file.text);
  if (!Array.isArray(parts)) throw new Error(`${file.name} holds no JSON array`);
  const taken = new Map<string, { minor: number; at: string }>();
  for (const [index, part] of parts.entries() as ArrayIterator<[number, Part | null]>) {
    const at = `${file.name}:${index + 1}`;
    const name = typeof part?.name === 'string' ? part.name.trim() : '';
    if (!part || name === '') yield { at, skipped: 'no name' };
    else if (part.price === null || part.price === undefined) yield { at, skipped: 'no price' };
    else {
      const price = cleanFloatNoise(plain(part.price), 'USD');
      const product = productCode([category, name, ...identifyingSpecs(part)]);
      const first = taken.get(product);
      if ('problem' in price) yield { at, skipped: 'unreadable price', detail: price.problem };
      else if (first?.minor === price.minor) yield { at, skipped: 'duplicate', detail: `of ${first.at}` };
      else if (first) {
        const detail = `${formatAmount(price.minor, 'USD')} here, ${formatAmount(first.minor, 'USD')} at ${first.at}`;
        yield { at, skipped: 'duplicate with another price', detail };
      } else {
        taken.set(product, { minor: price.minor, at });
        yield { at, observation: observed(date, category, product, name, price.minor, part) };
      }
    }
  }
}

function observed(
  date: string,
  category: string,
  product: string,
  name: string,
  minor: number,
  part: Part,
): ReplayedObservation {
  const attributes: Record<string, string | number | boolean> = {};
  for (const [field, value] of Object.entries(part)) {
    if (field === 'name' || field === 'price' || field === 'price_per_gb' || value === null) continue;
    attributes[field] = typeof value === 'number' || typeof value === 'boolean' ? value : plain(value);
  }
  return {
    source: 'pcpartpicker',
    product,
    price: formatAmount(minor, 'USD'),
    currency: 'USD',
    observedAt: `${date}T00:00:00Z`,
    title: name,
    category: [category],
    attributes,
  };
}

/** The specs that belong to the key, by field name, in whatever case and type a snapshot wrote them. */
function identifyingSpecs(part: Part): string[] {
  return Object.entries(part)
    .map(([field, value]) => [field.toLowerCase(), value] as const)
    .filter(([field, value]) => !notIdentifying.has(field) && value !== null && value !== undefined)
    .map(([field, value]) => `${field}=${plain(value).trim().toLowerCase()}`)
    .toSorted();
}

/** A value as text; a list by its items ("2, 16"). */
function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map((item) => plain(item)).join(', ') : JSON.stringify(value);
}
