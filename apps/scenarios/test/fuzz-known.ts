import * as fc from 'fast-check';

/** So many of a kind are remembered of what requests made; the oldest are forgotten. */
const MADE_AT_MOST = 50;

/** Ids of what there is, by kind (`watches`, `keys`): requests draw from them, and what requests make joins them. */
export class Known {
  private readonly kept = new Map<string, string[]>();
  private readonly keptIds = new Set<string>();
  private readonly made = new Map<string, string[]>();

  /** There from the beginning and to the end: who may delete never gets these. */
  keep(kind: string, ...ids: readonly string[]): void {
    this.kept.set(kind, [...(this.kept.get(kind) ?? []), ...ids]);
    for (const id of ids) this.keptIds.add(id);
  }

  add(kind: string, id: string): void {
    const made = this.made.get(kind) ?? [];
    if (made.includes(id) || this.keptIds.has(id)) return;
    this.made.set(kind, [...made, id].slice(-MADE_AT_MOST));
  }

  forget(id: string): void {
    for (const [kind, made] of this.made)
      this.made.set(
        kind,
        made.filter((one) => one !== id),
      );
  }

  /** One of the kind, mostly; else one of another kind, or nobody's. Nothing while none is known. */
  some(kind: string, { mayEnd = false } = {}): fc.Arbitrary<string | undefined> {
    const made = oneOf(() => this.made.get(kind) ?? []);
    const kept = mayEnd ? made : oneOf(() => this.kept.get(kind) ?? []);
    const both = fc.tuple(kept, made);
    return fc.oneof(
      { weight: 5, arbitrary: both.map(([old, young]) => old ?? young) },
      { weight: 3, arbitrary: both.map(([old, young]) => young ?? old) },
      { weight: 1, arbitrary: oneOf(() => [...this.made.values()].flat()) },
      { weight: 1, arbitrary: fc.uuid() },
    );
  }
}

/** Of a list as it is when the value is drawn. */
const oneOf = (list: () => readonly string[]): fc.Arbitrary<string | undefined> =>
  fc.noBias(fc.nat()).map((place) => list()[place % list().length]);
