import { ID_LENGTH } from '@souk/bus';

const BITS = 1 << 20;
/** Longer than an answer of Redis or a question may take; the clock of a generation is that of the process. */
const GENERATION_MS = 10_000;

/**
 * Which products a fact was heard about within the last ten to twenty seconds, in two bitmaps of 128 KiB. May say
 * yes of a few others as well, never no of one that was heard about.
 */
export class RecentlyHeard {
  private current = new Uint8Array(BITS / 8);
  private previous = new Uint8Array(BITS / 8);
  private begunAtMs: number;

  constructor(private readonly nowMs: () => number) {
    this.begunAtMs = nowMs();
  }

  /** Products were heard of, whose ids stand one behind the other as `productsIn` answers them. */
  note(ids: Uint8Array): void {
    this.turn();
    for (let end = ID_LENGTH; end <= ids.length; end += ID_LENGTH) {
      let bit = 0;
      for (let index = end - DIGITS; index < end; index += 1) bit = (bit << 4) | digitOf(ids[index]!);
      this.current[bit >>> 3]! |= 1 << (bit & 7);
    }
  }

  has(productId: string): boolean {
    this.turn();
    const bit = bitOf(productId);
    return ((this.current[bit >>> 3]! | this.previous[bit >>> 3]!) & (1 << (bit & 7))) !== 0;
  }

  private turn(): void {
    const ageMs = this.nowMs() - this.begunAtMs;
    if (ageMs < GENERATION_MS) return;
    [this.current, this.previous] = [this.previous, this.current];
    this.current.fill(0);
    if (ageMs >= 2 * GENERATION_MS) this.previous.fill(0);
    this.begunAtMs = this.nowMs();
  }
}

/** The last hex digits of a product's id are a hash's; so many of them name a bit. */
const DIGITS = 5;
const bitOf = (productId: string): number => Number.parseInt(productId.slice(-DIGITS), 16);

/** Of a hex digit in ASCII: 0 to 9 end with their value, a to f with 1 to 6. */
const digitOf = (byte: number): number => (byte <= 0x39 ? byte & 15 : (byte & 15) + 9);
