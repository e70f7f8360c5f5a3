import { LookPace } from './look-pace.ts';

const NOTHING = { hasModel: false, offersRead: 0 };
const IN_VAIN = { hasModel: false, offersRead: 40 };
const LEARNT = { hasModel: true, offersRead: 40 };

describe('looks for models to train', () => {
  it('come a minute apart while there is no history, however long that is', () => {
    const pace = new LookPace();
    const pauses = new Set(Array.from({ length: 500 }, () => pace.pauseAfter(NOTHING)));
    expect([...pauses]).toEqual([60_000]);
    expect(pace.pauseAfter(LEARNT)).toBe(900_000);
  });

  it('come at the usual pace after fifteen that read histories and learnt nothing, and after one that did', () => {
    const pace = new LookPace();
    const pauses = Array.from({ length: 20 }, () => pace.pauseAfter(IN_VAIN));
    expect(pauses.map((pauseMs) => pauseMs === 60_000)).toEqual(pauses.map((_, look) => look < 14));
    expect(pace.pauseAfter(LEARNT)).toBe(900_000);
    expect(pace.pauseAfter(IN_VAIN)).toBe(60_000);
  });
});
