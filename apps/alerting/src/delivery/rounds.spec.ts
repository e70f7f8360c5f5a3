import { Rounds } from './rounds.ts';

describe('rounds of two rings', () => {
  it('give a crowd every second turn, and are over when both were asked as a whole', () => {
    const rounds = new Rounds();
    expect(rounds.isBeginning).toBe(true);
    const asked: boolean[] = [];
    for (let pages = 0; !rounds.isOver; pages += 1) {
      const ring = rounds.next();
      asked.push(ring.isCrowd);
      // The ring of the crowd has three pages, the other one.
      rounds.advance(ring, ring.isCrowd && pages < 5 ? `channel ${pages}` : undefined);
      expect(rounds.isBeginning).toBe(false);
    }
    expect(asked).toEqual([false, true, false, true, false, true]);
    expect(rounds.restart()).toBe(false);
    expect(rounds.isBeginning).toBe(true);
  });

  it('go on where a ring was left, and from its first channel in another round', () => {
    const rounds = new Rounds();
    const first = rounds.next();
    const before = first.cursor;
    expect(rounds.other(rounds.other(first))).toBe(first);
    expect(rounds.other(first).isCrowd).toBe(!first.isCrowd);
    rounds.advance(first, 'channel 7');
    rounds.next();
    expect(rounds.next().cursor).toBe('channel 7');
    rounds.again();
    expect(rounds.restart()).toBe(true);
    expect(rounds.restart()).toBe(false);
    expect(first.cursor).toBe(before);
  });

  it('ask all others anew while a crowd keeps its place in its own round', () => {
    const rounds = new Rounds();
    const others = rounds.next();
    const crowd = rounds.next();
    expect([others.isCrowd, crowd.isCrowd]).toEqual([false, true]);
    expect([rounds.areOthersBeginning, rounds.areOthersOver]).toEqual([true, false]);
    rounds.advance(crowd, 'channel 7');
    rounds.advance(others, 'channel 3');
    expect([rounds.areOthersBeginning, rounds.areOthersOver]).toEqual([false, false]);
    rounds.advance(others, undefined);
    expect([rounds.areOthersBeginning, rounds.areOthersOver]).toEqual([false, true]);
    rounds.restartOthers();
    expect([rounds.areOthersBeginning, rounds.areOthersOver]).toEqual([true, false]);
    expect(crowd.cursor).toBe('channel 7');
  });
});
