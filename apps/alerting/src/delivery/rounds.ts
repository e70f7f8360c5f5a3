/** Before every channel. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Channels that are asked by turns, by their ids; those of crowds are apart from all others. */
export interface Ring {
  readonly isCrowd: boolean;
  /** The last channel that was asked. */
  cursor: string;
  /** All its channels were asked in this round. */
  isOver: boolean;
}

/**
 * Asks two rings by turns, one page of channels after the other: a crowd of a hundred thousand takes every second
 * turn, whoever else waits. A round is over when both were asked as a whole.
 */
export class Rounds {
  private readonly rings: Ring[] = [false, true].map((isCrowd) => ({
    isCrowd,
    cursor: FIRST,
    isOver: false,
  }));
  private turn = 0;
  private goesOn = false;

  get isBeginning(): boolean {
    return this.rings.every(({ cursor, isOver }) => cursor === FIRST && !isOver);
  }

  get isOver(): boolean {
    return this.rings.every((ring) => ring.isOver);
  }

  /** Those that are no crowd's are asked from the first one on. */
  get areOthersBeginning(): boolean {
    return this.others.cursor === FIRST && !this.others.isOver;
  }

  /** All that are no crowd's were asked. */
  get areOthersOver(): boolean {
    return this.others.isOver;
  }

  private get others(): Ring {
    return this.rings.find(({ isCrowd }) => !isCrowd)!;
  }

  /** The ring whose turn it is. */
  next(): Ring {
    this.turn += 1;
    return this.rings[(this.turn - 1) % this.rings.length]!;
  }

  /** The one to ask where this one has nothing. */
  other(ring: Ring): Ring {
    return this.rings.find((one) => one !== ring)!;
  }

  /** A page was asked; the last one has no channel behind it. */
  advance(ring: Ring, lastChannelId: string | undefined): void {
    ring.cursor = lastChannelId ?? FIRST;
    ring.isOver ||= lastChannelId === undefined;
  }

  /** There was something to do, or may be where this round has been: there will be another one. */
  again(): void {
    this.goesOn = true;
  }

  /** Begins another round of those that are no crowd's; a crowd keeps its place in its own. */
  restartOthers(): void {
    Object.assign(this.others, { cursor: FIRST, isOver: false });
  }

  /** Begins another round. @returns whether there may be something to do */
  restart(): boolean {
    const { goesOn } = this;
    this.goesOn = false;
    for (const ring of this.rings) Object.assign(ring, { cursor: FIRST, isOver: false });
    return goesOn;
  }
}
