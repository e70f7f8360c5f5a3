const NEWLINE = 10;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
/** Stands for a newline within a string, which JSON forbids: the element stays invalid, on one line. */
const CONTROL = 1;

type State = 'before' | 'first' | 'expecting' | 'element' | 'string' | 'escape' | 'closed' | 'broken';

/**
 * Turns the bytes of a JSON array into lines, one element each, in place: the commas between elements become
 * newlines, newlines within elements become spaces. Elements are not parsed: whether one is valid JSON is
 * found out by whoever reads the line. Keeps a few numbers, however large the array.
 */
export class ArrayLines {
  /** What is wrong with the array itself, and at which element; what follows cannot be told apart any more. */
  problem: { element: number; text: string } | undefined;

  /** Number of the element that is being read, counted from 1. */
  element = 1;

  private state: State = 'before';
  private depth = 0;

  get isClosed(): boolean {
    return this.state === 'closed';
  }

  get isBroken(): boolean {
    return this.state === 'broken';
  }

  /** Rewrites the next piece of the body and answers the part of it that makes lines. */
  rewrite(input: Buffer): Buffer {
    for (let index = 0; index < input.length && this.state !== 'broken'; index += 1) {
      const byte = input[index]!;
      if (this.state === 'string') {
        if (byte === QUOTE) this.state = 'element';
        else if (byte === BACKSLASH) this.state = 'escape';
        else if (byte === NEWLINE) input[index] = CONTROL;
      } else if (this.state === 'escape') {
        this.state = 'string';
        if (byte === NEWLINE) input[index] = CONTROL;
      } else {
        input[index] = this.step(byte);
        if (this.problem) return input.subarray(0, index);
      }
    }
    return this.problem ? input.subarray(0, 0) : input;
  }

  /** Takes one byte outside strings and answers what stands in its place. */
  private step(byte: number): number {
    const isSpace = byte <= SPACE;
    switch (this.state) {
      case 'before':
        if (byte === OPEN_ARRAY) this.state = 'first';
        return SPACE;
      case 'first':
      case 'expecting':
        if (isSpace) return SPACE;
        if (byte === CLOSE_ARRAY && this.state === 'first') {
          this.state = 'closed';
          return SPACE;
        }
        if (byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
          return this.fail(`expected an element before "${String.fromCharCode(byte)}"`, byte);
        }
        this.state = 'element';
        return this.inElement(byte);
      case 'closed':
        return isSpace ? SPACE : this.fail('nothing may follow the closing "]"', byte);
      default:
        return this.inElement(byte);
    }
  }

  private inElement(byte: number): number {
    if (byte === QUOTE) this.state = 'string';
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (this.depth > 0) this.depth -= 1;
      else if (byte === CLOSE_OBJECT) return this.fail('there is a "}" without a "{"', byte);
      else {
        this.state = 'closed';
        return NEWLINE;
      }
    } else if (byte === COMMA && this.depth === 0) {
      this.state = 'expecting';
      this.element += 1;
      return NEWLINE;
    }
    return byte === NEWLINE ? SPACE : byte;
  }

  private fail(text: string, byte: number): number {
    this.problem = { element: this.isClosed ? this.element + 1 : this.element, text };
    this.state = 'broken';
    return byte;
  }
}
