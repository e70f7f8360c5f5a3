import { detailsOf, type Placed, tableOf } from './table.ts';

const letter: Placed = {
  service: 'scoring',
  id: '0198c0de-0000-7000-8000-000000000001',
  consumer: 'scoring-offers-accepted-v1',
  eventType: 'enrichment.offers-accepted.v1',
  accountId: null,
  reason: `no JSON: \u001b[2J${'x'.repeat(200)}`,
  attempts: 1,
  traceId: null,
  payload: '{"half',
  failedAt: '2026-01-01T00:00:00.000Z',
  replayedAt: null,
};

describe('dead letters on the screen', () => {
  it('take one line each, columns under their titles', () => {
    const [header, row, ...more] = tableOf([letter]).split('\n');
    expect(more).toEqual([]);
    expect(row!.indexOf('scoring')).toBe(header!.indexOf('service'));
    expect(row!.indexOf('no JSON')).toBe(header!.indexOf('reason'));
    expect(row!.length).toBeLessThan(250);
  });

  it('cannot steer the terminal, whatever was in the event', () => {
    expect(tableOf([letter]) + detailsOf(letter)).not.toContain('\u001b');
  });
});
