/** One row of the result. Lost, doubled and unexpected must be 0. */
export interface Finding {
  what: string;
  /** The denominator: how many there must be. */
  of: number;
  lost: number;
  duplicated: number;
  unexpected: number;
  /** Those whose way was interrupted and that came through all the same. */
  recovered: number;
  /** The first few of what is wrong. */
  examples: string[];
}

const EXAMPLES = 10;

/** Collects what is wrong, counts it and keeps the first examples. */
export class Tally {
  readonly #finding: Finding;

  constructor(what: string, of: number) {
    this.#finding = { what, of, lost: 0, duplicated: 0, unexpected: 0, recovered: 0, examples: [] };
  }

  lost(example: string): void {
    this.#wrong('lost', example);
  }

  duplicated(example: string, times = 1): void {
    this.#wrong('duplicated', example, times);
  }

  unexpected(example: string): void {
    this.#wrong('unexpected', example);
  }

  recovered(): void {
    this.#finding.recovered += 1;
  }

  get finding(): Finding {
    return this.#finding;
  }

  #wrong(kind: 'lost' | 'duplicated' | 'unexpected', example: string, times = 1): void {
    this.#finding[kind] += times;
    if (this.#finding.examples.length < EXAMPLES) this.#finding.examples.push(`${kind}: ${example}`);
  }
}

export const isGood = ({ lost, duplicated, unexpected }: Finding): boolean =>
  lost + duplicated + unexpected === 0;
