import { readHistorySettings } from './history-settings.ts';

describe('settings of the history measurement', () => {
  it('are ten million points unless a quick run or a number is asked for', () => {
    expect(readHistorySettings([], '/souk')).toMatchObject({
      points: 10_000_000,
      outDir: '/souk/.souk/bench',
    });
    expect(readHistorySettings(['--quick'], '/souk')).toMatchObject({ points: 500_000 });
    expect(readHistorySettings(['--points', '1000000'], '/souk')).toMatchObject({ points: 1_000_000 });
    expect(readHistorySettings(['--help'], '/souk')).toBeUndefined();
  });

  it.each(['many', '10', '1e12', '100000.5'])('refuse %s points', (points) => {
    expect(() => readHistorySettings(['--points', points], '/souk')).toThrow('--points is a whole number');
  });
});
