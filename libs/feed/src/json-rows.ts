import type { FeedRow } from './csv-rows.ts';
import { FeedProblem } from './feed-problem.ts';

const MAX_ITEM_CHARACTERS = 1_000_000;
const MAX_DEPTH = 20;

/** Every number as it was written: 14.10 stays "14.10". */
const asWritten = (_key: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === 'number' ? (context?.source ?? String(value)) : value;

/** One object a line; blank lines are passed over. */
export async function* ndjsonRows(chunks: AsyncIterable<string>): AsyncGenerator<FeedRow> {
  let line = 0;
  let rest = '';
  for await (const chunk of chunks) {
    rest += chunk;
    const lines = rest.split('\n');
    rest = lines.pop()!;
    if (rest.length > MAX_ITEM_CHARACTERS)
      throw new FeedProblem(`line ${line + lines.length + 1} is too long for NDJSON`);
    for (const text of lines) {
      line += 1;
      if (text.trim() !== '') yield objectRow(text, line);
    }
  }
  if (rest.trim() !== '') yield objectRow(rest, line + 1);
}

function objectRow(text: string, line: number): FeedRow {
  try {
    const value: unknown = JSON.parse(text, asWritten);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { line, cells: value as Record<string, unknown> };
    return { line, cells: {}, problem: 'is no JSON object' };
  } catch {
    return { line, cells: {}, problem: 'is not JSON' };
  }
}

/**
 * The objects of one list in a JSON text, one at a time, so that the text may be of any length: the list at `path`
 * (`data.products`, empty for a list at the top), or the first list of objects. Throws FeedProblem when there is none,
 * or when the text is cut off.
 */
export async function* jsonRows(
  chunks: AsyncIterable<string>,
  path: string | undefined,
): AsyncGenerator<FeedRow> {
  const scanner = new JsonScanner(path);
  for await (const chunk of chunks) {
    yield* scanner.scan(chunk);
    if (scanner.isDone) return;
  }
  throw new FeedProblem(
    scanner.isInList
      ? 'the JSON is cut off'
      : `the JSON holds no list of objects${path === undefined ? '' : ` at ${path || 'its top'}`}`,
  );
}

/** Follows braces, strings and lines; only the objects of the list are ever parsed. */
class JsonScanner {
  isDone = false;
  isInList = false;
  private readonly wanted: string | undefined;
  private readonly open: { kind: '{' | '['; name: string }[] = [];
  private listDepth = 0;
  private line = 1;
  private inString = false;
  private escaped = false;
  private text = '';
  private name = '';
  private item: { line: number; text: string } | undefined;

  constructor(wanted: string | undefined) {
    this.wanted = wanted;
  }

  *scan(chunk: string): Generator<FeedRow> {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const character = chunk[at]!;
      if (character === '\n') this.line += 1;
      if (this.inString) {
        this.endString(character);
        continue;
      }
      if (character === '"') [this.inString, this.text] = [true, ''];
      else if (character === ':') this.name = this.text;
      else if (character === '{' || character === '[') {
        const startsItem = this.opened(character);
        if (startsItem) [this.item, from] = [{ line: this.line, text: '' }, at];
      } else if (character === '}' || character === ']') {
        this.open.pop();
        if (this.item && this.open.length === this.listDepth) {
          yield objectRow(this.item.text + chunk.slice(from, at + 1), this.item.line);
          this.item = undefined;
        } else if (this.isInList && this.open.length < this.listDepth) {
          this.isDone = true;
          return;
        }
      }
    }
    if (!this.item) return;
    this.item.text += chunk.slice(from);
    if (this.item.text.length > MAX_ITEM_CHARACTERS)
      throw new FeedProblem(
        `the object at line ${this.item.line} is longer than ${MAX_ITEM_CHARACTERS} characters`,
      );
  }

  private endString(character: string): void {
    if (this.escaped) this.escaped = false;
    else if (character === '\\') this.escaped = true;
    else if (character === '"') this.inString = false;
    if (this.inString && this.text.length < 200 && !this.item) this.text += character;
  }

  /** Whether an object of the list begins here. */
  private opened(kind: '{' | '['): boolean {
    if (this.open.length >= MAX_DEPTH && !this.item) throw new FeedProblem('the JSON is nested too deeply');
    const parent = this.open.at(-1);
    const startsItem = !this.item && kind === '{' && parent?.kind === '[' && this.isTheList();
    if (startsItem && !this.isInList) [this.isInList, this.listDepth] = [true, this.open.length];
    this.open.push({ kind, name: parent?.kind === '{' ? this.name : '' });
    return startsItem;
  }

  private isTheList(): boolean {
    if (this.isInList) return this.open.length === this.listDepth;
    if (this.wanted === undefined) return true;
    const path = this.open.map(({ name }) => name).filter((name) => name !== '');
    return path.join('.') === this.wanted;
  }
}
