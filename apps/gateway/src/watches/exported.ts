import type { Watch } from '@souk/contracts';
import { csvRow } from '../http/csv.ts';

/** A watch as it is exported and can be imported again: what was asked for, without ids of this installation. */
export function exportedWatch(watch: Watch): Record<string, unknown> {
  const fields = {
    ...subjectOf(watch),
    name: watch.name ?? undefined,
    tags: watch.tags?.length ? watch.tags : undefined,
    when: watch.when,
    channels: watch.channels.length > 0 ? watch.channels : undefined,
    paused: watch.paused || undefined,
    cooldownSeconds: watch.cooldownSeconds ?? undefined,
    hysteresisPercent: watch.hysteresisPercent ?? undefined,
    dailyCap: watch.dailyCap ?? undefined,
    snoozedUntil: watch.snoozedUntil ?? undefined,
    expiresAt: watch.expiresAt ?? undefined,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function subjectOf({ target, product }: Watch): Record<string, unknown> {
  switch (target?.kind) {
    case 'variants': {
      const { source, product: of, attributes } = target;
      return { variantsOf: { source, product: of, attributes } };
    }
    case 'query':
      return { query: { text: target.text, source: target.source } };
    case 'category':
      return { category: { name: target.category, source: target.source } };
    case 'source':
      return { source: target.source };
    default:
      return { product };
  }
}

const COLUMNS = [
  'name',
  'tags',
  'source',
  'product',
  'query',
  'category',
  'variants',
  'when',
  'channels',
  'paused',
  'cooldownSeconds',
  'hysteresisPercent',
  'dailyCap',
  'snoozedUntil',
  'expiresAt',
] as const;

export const EXPORT_HEADER = `${COLUMNS.join(',')}\r\n`;

/** The same as a line of CSV (RFC 4180); conditions as JSON, lists separated by `|`. */
export function exportedRow(watch: Watch): string {
  const { target } = watch;
  const cells: Record<(typeof COLUMNS)[number], string | undefined> = {
    name: watch.name ?? undefined,
    tags: watch.tags?.join('|'),
    source: target && 'source' in target ? target.source : watch.product?.source,
    product: productOf(watch),
    query: target?.kind === 'query' ? target.text : undefined,
    category: target?.kind === 'category' ? target.category : undefined,
    variants: target?.kind === 'variants' ? JSON.stringify(target.attributes) : undefined,
    when: JSON.stringify(watch.when),
    channels: watch.channels.join('|'),
    paused: watch.paused ? 'true' : undefined,
    cooldownSeconds: watch.cooldownSeconds?.toString(),
    hysteresisPercent: watch.hysteresisPercent?.toString(),
    dailyCap: watch.dailyCap?.toString(),
    snoozedUntil: watch.snoozedUntil ?? undefined,
    expiresAt: watch.expiresAt ?? undefined,
  };
  return `${csvRow(COLUMNS.map((column) => cells[column] ?? ''))}\r\n`;
}

/** `*` is every product of the source: an empty cell would be none. */
function productOf({ target, product }: Watch): string | undefined {
  if (target?.kind === 'source') return '*';
  return target && 'product' in target ? target.product : product?.product;
}
