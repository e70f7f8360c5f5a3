import {
  type AnyNode,
  type ChildNode,
  DomHandler,
  type Document,
  type Element,
  isTag,
  isText,
} from 'domhandler';
import { Parser } from 'htmlparser2';

/** The page is beyond what any shop sends; reading it would cost more than a product is worth. */
export class PageTooComplex extends Error {
  override name = 'PageTooComplex';
}

export interface PageLimits {
  /** Characters of markup. */
  maxLength: number;
  /** Elements within elements. */
  maxDepth: number;
  maxElements: number;
}

export const pageLimits: PageLimits = { maxLength: 8_000_000, maxDepth: 1_000, maxElements: 300_000 };

/**
 * The page as a tree. One pass and no repair as browsers do it, so that the tree is never larger than the text.
 * Throws PageTooComplex beyond the limits.
 */
export function parsePage(html: string, limits: PageLimits = pageLimits): Document {
  if (html.length > limits.maxLength) {
    throw new PageTooComplex(`the page has ${html.length} characters, at most ${limits.maxLength} are read`);
  }
  let depth = 0;
  let elements = 0;
  const handler = new DomHandler();
  const open = handler.onopentag.bind(handler);
  const close = handler.onclosetag.bind(handler);
  handler.onopentag = (name, attributes) => {
    depth += 1;
    elements += 1;
    if (depth > limits.maxDepth)
      throw new PageTooComplex(`more than ${limits.maxDepth} elements within each other`);
    if (elements > limits.maxElements) throw new PageTooComplex(`more than ${limits.maxElements} elements`);
    open(name, attributes);
  };
  handler.onclosetag = () => {
    depth -= 1;
    close();
  };
  new Parser(handler).end(html);
  return handler.root;
}

const unread = new Set(['script', 'style', 'noscript', 'template']);
/** Elements that put a blank between what is before and after them. */
const apart = new Set(
  'address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section table td th tr ul'.split(
    ' ',
  ),
);

/** What a reader sees of an element, blanks packed. */
export function textOf(node: AnyNode): string {
  const parts: string[] = [];
  walk(node, (each) => {
    if (isText(each)) parts.push(each.data);
    if (!isTag(each)) return true;
    if (apart.has(each.name)) parts.push(' ');
    return !unread.has(each.name);
  });
  return packed(parts.join(''));
}

const crossedOut = new Set(['del', 's', 'strike']);

/**
 * What a reader takes for the price in an element: not what is crossed out, unless there is nothing else, and small
 * raised digits are its decimals ("12<sup>99</sup>"), where it has none yet.
 */
export function priceTextOf(element: Element): string {
  let text = '';
  walk(element, (each) => {
    if (isText(each)) text += each.data;
    if (!isTag(each)) return true;
    if (each !== element && crossedOut.has(each.name)) return false;
    if (each.name === 'sup') {
      text = withRaised(text, textOf(each));
      return false;
    }
    if (apart.has(each.name)) text += ' ';
    return !unread.has(each.name);
  });
  return packed(text) || textOf(element);
}

function withRaised(text: string, raised: string): string {
  const isDecimals = /^[.,]?\d\d$/u.test(raised) && /\d[.,]?\s*$/u.test(text);
  if (!isDecimals) return `${text} ${raised}`;
  if (/\d[.,]\d\d\s*$/u.test(text)) return text;
  return `${text.trimEnd().replace(/[.,]$/u, '')}.${raised.slice(-2)}`;
}

/** The text within an element as it stands, whatever the element is: the content of a script. */
export function rawText(element: Element): string {
  return element.children.map((child) => ('data' in child ? child.data : '')).join('');
}

export const packed = (text: string): string => text.replaceAll(/[\s\u200b\ufeff]+/gu, ' ').trim();

/** Visits a node and all below it in the order of the page, without recursion; `false` leaves out what is below. */
function walk(start: AnyNode, visit: (node: AnyNode) => boolean): void {
  const waiting: AnyNode[] = [start];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (!visit(node) || !('children' in node)) continue;
    const children: ChildNode[] = node.children;
    for (let index = children.length - 1; index >= 0; index -= 1) waiting.push(children[index]!);
  }
}

/** Every element below a node, in the order of the page, that a test accepts. */
export function elementsOf(start: AnyNode, test: (element: Element) => boolean): Element[] {
  const found: Element[] = [];
  walk(start, (node) => {
    if (isTag(node) && test(node)) found.push(node);
    return true;
  });
  return found;
}

/** An address on the page as an absolute one; undefined when it is none of http. */
export function absoluteUrl(address: string | undefined, base: string): string | undefined {
  if (address === undefined || address.trim() === '') return undefined;
  try {
    const url = new URL(address.trim(), base);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
