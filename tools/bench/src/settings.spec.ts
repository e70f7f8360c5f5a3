import { MEASUREMENTS, readSettings } from './settings.ts';

describe('readSettings', () => {
  it('measures five rounds, and two when it must be quick', () => {
    expect(readSettings([], '/souk')).toMatchObject({ rounds: 5, watches: 100_000 });
    expect(readSettings(['--quick'], '/souk')).toMatchObject({ rounds: 2, watches: 100_000 });
    expect(readSettings(['--quick', '--rounds', '3'], '/souk')?.rounds).toBe(3);
  });

  it('keeps scaled sizes whole posts, and enough products that no price overtakes another', () => {
    const settings = readSettings(['--quick', '--scale', '0.013'], '/souk');
    expect(settings).toMatchObject({ observations: 400, products: 2_000, watches: 2_000, latencySeconds: 1 });
  });

  it('measures everything, or only what it is told', () => {
    expect(readSettings([], '/souk')?.only).toEqual(MEASUREMENTS);
    expect(readSettings(['--only', 'posting,charges'], '/souk')?.only).toEqual(['posting', 'charges']);
  });

  it.each([['--only', 'posting,all'], ['--rounds', '0'], ['--rounds', 'x'], ['--scale', '-1'], ['--fast']])(
    'refuses %s %s',
    (...args) => {
      expect(() => readSettings(args, '/souk')).toThrow(/--/);
    },
  );
});
