import { readFile, stat } from 'node:fs/promises';
import {
  type PageProduct,
  readPage,
  selectorFields,
  selectorProblem,
  type Selectors,
} from '@souk/product-page';
import { decodeBody } from '@souk/safe-http';

/** Larger than any page that can be read, whatever its charset. */
const MAX_FILE_BYTES = 50_000_000;

/** Stands for the address that nobody gave, so that relative ones can be read at all. */
const noAddress = 'https://page.invalid/';

/** The report as text; addresses stay relative where the page's own is not known. */
export const pageText = (page: PageProduct): string =>
  JSON.stringify(
    page,
    (_name, value: unknown) =>
      typeof value === 'string' && value.startsWith(noAddress) ? value.slice(noAddress.length - 1) : value,
    2,
  );

export interface PageReport {
  page: PageProduct;
  /** Why there is no price, and what to do; undefined when there is one. */
  problem: string | undefined;
}

/**
 * What a saved page says of its product. Throws PageTooComplex, and an Error that names the option or the file when
 * one is of no use.
 */
export async function pageReport(
  file: string,
  options: { url?: string; selectors?: string },
): Promise<PageReport> {
  const url = options.url ?? noAddress;
  if (!URL.canParse(url)) throw new Error(`--url ${url}: is no address: write https://shop.example/product`);
  const selectors = options.selectors === undefined ? undefined : readSelectors(options.selectors);
  const { size } = await stat(file);
  if (size > MAX_FILE_BYTES) throw new Error(`${file} has ${size} bytes, at most ${MAX_FILE_BYTES} are read`);
  const page = readPage(decodeBody(await readFile(file), null), url, { selectors });
  return { page, problem: problemOf(page) };
}

function problemOf({ facts, readings, disagreements }: PageProduct): string | undefined {
  if (facts.price !== undefined) return undefined;
  if (disagreements.length > 0)
    return 'no price: the notations of the page contradict each other, see disagreements';
  if (readings.length > 0) return 'no price: the page describes a product without one; try --selectors';
  return 'no product: the page has none in JSON-LD, microdata, RDFa or OpenGraph; try --selectors';
}

function readSelectors(text: string): Selectors {
  let selectors: unknown;
  try {
    selectors = JSON.parse(text);
  } catch {
    selectors = undefined;
  }
  if (typeof selectors !== 'object' || selectors === null)
    throw new Error('--selectors: is no JSON object: write {"price":".now"}');
  for (const [field, selector] of Object.entries(selectors)) {
    const problem = (selectorFields as readonly string[]).includes(field)
      ? selectorProblem(String(selector))
      : `is no field; there are ${selectorFields.join(', ')}`;
    if (problem !== undefined) throw new Error(`--selectors ${field}: ${problem}`);
  }
  return selectors;
}
