import { marketplaceAt, marketplaceIn } from '@souk/amazon';
import { type JobLine, productIdOf, type RejectedJobLine } from '@souk/contracts';

/** A source as far as lines of a job are checked against it. */
export interface JobSource {
  name: string;
  order: number;
  canLookUp: boolean;
  /** Country of its Amazon marketplace, where it is one. */
  country: string | undefined;
  /** Why it cannot have a product of this code; null when it can. */
  problemOf(product: string): string | null;
}

export interface CheckedLine {
  line: number;
  /** As given, where it was rejected before its source was known. */
  source: string | null;
  product: string;
  isFnsku: boolean;
  rejected: RejectedJobLine | null;
}

const FNSKU = /^X0[0-9A-Z]{8}$/;
const FNSKU_OF_ASIN = /^B0[0-9A-Z]{8}$/;

/**
 * Says of each line which product of which source it names, or what is wrong with it. The first of several equal
 * lines stays. An FNSKU is no mistake: it is answered as far as anything is known of it.
 */
export function checkLines(lines: readonly JobLine[], sources: readonly JobSource[]): CheckedLine[] {
  const byName = new Map(sources.map((source) => [source.name, source]));
  const byCountry = new Map(
    sources
      .filter(({ country, canLookUp }) => country !== undefined && canLookUp)
      .toSorted((one, other) => other.order - one.order)
      .map((source) => [source.country!, source]),
  );
  const firstLines = new Map<string, number>();
  return lines.map((line) => {
    const placed = placeOf(line, byName, byCountry);
    const problem = 'source' in placed ? problemOf(line, placed.source) : placed;
    const source = 'source' in placed ? placed.source.name : (line.source ?? null);
    const { product } = line;
    const checked = { line: line.line, source, product, isFnsku: isFnsku(line, placed), rejected: null };
    if (problem) return { ...checked, rejected: { line: line.line, ...problem } };
    const key = productIdOf(KEY_OWNER, source!, product);
    const first = firstLines.get(key);
    if (first !== undefined) {
      const rejected = { line: line.line, field: 'product', problem: `is the same as in line ${first}` };
      return { ...checked, rejected };
    }
    firstLines.set(key, line.line);
    return checked;
  });
}

/** Any: the id only tells products apart here. */
const KEY_OWNER = '00000000-0000-0000-0000-000000000000';

type Problem = { field: string; problem: string };
type Placed = { source: JobSource } | Problem;

function placeOf(
  { source: name, marketplace }: JobLine,
  byName: ReadonlyMap<string, JobSource>,
  byCountry: ReadonlyMap<string, JobSource>,
): Placed {
  const country = marketplace === undefined ? undefined : countryOf(marketplace);
  if (marketplace !== undefined && country === undefined)
    return { field: 'marketplace', problem: `${quoted(marketplace)} is no marketplace such as IN or DE` };
  if (name === undefined && country === undefined)
    return { field: 'source', problem: 'is missing: name a source or a marketplace' };
  const source = name === undefined ? byCountry.get(country!) : byName.get(name);
  if (!source && name === undefined)
    return { field: 'marketplace', problem: `there is no source for ${country}` };
  if (!source) return { field: 'source', problem: `there is no source ${quoted(name!)}` };
  if (country !== undefined && source.country !== country)
    return {
      field: 'marketplace',
      problem: source.country
        ? `the source ${source.name} is the marketplace ${source.country}, not ${country}`
        : `the source ${source.name} is no marketplace of Amazon's`,
    };
  if (!source.canLookUp)
    return { field: 'source', problem: `products of ${source.name} cannot be looked up one by one` };
  return { source };
}

function problemOf(line: JobLine, source: JobSource): Problem | null {
  const { product } = line;
  if (product === '') return { field: 'product', problem: 'is empty' };
  if (line.isFnsku) {
    if (source.country === undefined)
      return { field: 'fnsku', problem: `the source ${source.name} is no marketplace of Amazon's` };
    const isOne = FNSKU.test(product) || FNSKU_OF_ASIN.test(product);
    return isOne ? null : { field: 'fnsku', problem: 'is no FNSKU: X0 and eight more capitals or digits' };
  }
  if (source.country !== undefined && FNSKU.test(product)) return null;
  const problem = source.problemOf(product);
  return problem === null ? null : { field: 'product', problem };
}

const isFnsku = ({ isFnsku: given, product }: JobLine, placed: Placed): boolean =>
  'source' in placed && placed.source.country !== undefined && (given === true || FNSKU.test(product));

/** `IN`, `uk`, `amazon.in` or `www.amazon.in`. */
function countryOf(text: string): string | undefined {
  const written = text.trim();
  const found = /\./.test(written)
    ? marketplaceAt(`https://${written.toLowerCase()}`)
    : marketplaceIn(written.toUpperCase());
  return found?.country;
}

const quoted = (text: string): string => JSON.stringify(text);
