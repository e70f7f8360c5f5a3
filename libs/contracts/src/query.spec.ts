import { Refusal, RefusalData, REFUSAL_CODES } from './query.ts';

it.each(REFUSAL_CODES)('a refusal (%s) crosses the bus as data and comes out the same', (code) => {
  const refusal = new Refusal(code, 'Out of credits', {
    problems: [{ field: 'amount', problem: 'at most 3' }],
    retryAfterMs: 250,
  });
  const data = RefusalData.parse(JSON.parse(JSON.stringify(refusal.toData())));
  const again = new Refusal(data.code, data.detail, data);
  expect(again.toData()).toEqual(refusal.toData());
  expect(again).toMatchObject({ name: 'Refusal', message: 'Out of credits', code, retryAfterMs: 250 });
});

it('a refusal without more says no more', () => {
  expect(new Refusal('not-found', 'There is no such key.').toData()).toEqual({
    code: 'not-found',
    detail: 'There is no such key.',
  });
});
