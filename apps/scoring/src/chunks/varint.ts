/**
 * Whole numbers as bytes, seven bits each, the lowest first; a set high bit says that more follow. A signed number
 * carries its sign in the second bit of its first byte. All safe integers fit.
 */
export class ByteWriter {
  private bytes = new Uint8Array(256);
  private length = 0;

  /** @param value a whole number from 0 to 2^53 */
  unsigned(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte(0x80 | (rest % 0x80));
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** @param value a whole number from -2^53 to 2^53 */
  signed(value: number): void {
    const magnitude = Math.abs(value);
    const rest = Math.floor(magnitude / 0x40);
    this.byte((rest > 0 ? 0x80 : 0) | (value < 0 ? 0x40 : 0) | (magnitude % 0x40));
    if (rest > 0) this.unsigned(rest);
  }

  append(other: ByteWriter): void {
    for (let index = 0; index < other.length; index += 1) this.byte(other.bytes[index]!);
  }

  get size(): number {
    return this.length;
  }

  /** A copy of what was written. */
  result(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private byte(value: number): void {
    if (this.length === this.bytes.length) {
      const grown = new Uint8Array(this.bytes.length * 2);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes[this.length] = value;
    this.length += 1;
  }
}

/** Reads what a `ByteWriter` wrote, in the same order. */
export class ByteReader {
  private readonly bytes: Uint8Array;
  private place = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  unsigned(): number {
    const first = this.byte();
    return first < 0x80 ? first : (first & 0x7f) + this.following(0x80);
  }

  signed(): number {
    const first = this.byte();
    let magnitude = first & 0x3f;
    if (first >= 0x80) magnitude += this.following(0x40);
    return (first & 0x40) === 0 ? magnitude : -magnitude;
  }

  /**
   * Fills in a sequence up to a place, behind a first value that is there: each lies the usual step and a signed number,
   * times a unit, behind the one before. One loop over local variables: most of what reading a history costs is here.
   */
  steps(values: Float64Array, first: number, end: number, usual: number, unit: number): void {
    const { bytes } = this;
    let place = this.place;
    let value = values[first]!;
    for (let index = first + 1; index < end; index += 1) {
      let byte = bytes[place++]!;
      let magnitude = byte & 0x3f;
      const isNegative = (byte & 0x40) !== 0;
      for (let scale = 0x40; byte >= 0x80; scale *= 0x80) {
        byte = bytes[place++]!;
        magnitude += (byte & 0x7f) * scale;
      }
      values[index] = value += (usual + (isNegative ? -magnitude : magnitude)) * unit;
    }
    if (place > bytes.length) throw endsTooEarly();
    this.place = place;
  }

  private following(firstScale: number): number {
    let value = 0;
    for (let scale = firstScale; ; scale *= 0x80) {
      const next = this.byte();
      value += (next & 0x7f) * scale;
      if (next < 0x80) return value;
    }
  }

  /** @throws where the bytes end within a number */
  private byte(): number {
    const byte = this.bytes[this.place];
    if (byte === undefined) throw endsTooEarly();
    this.place += 1;
    return byte;
  }
}

const endsTooEarly = (): RangeError => new RangeError('a chunk of the history ends too early');
