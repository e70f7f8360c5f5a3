import { parseWords } from '@souk/words';
import { isEmpty, meansAll, snoozeHours, wishIn } from './wish.ts';

const wish = (text: string) => wishIn(text, parseWords(text));

it.each([
  ['tell me when this drops below ₹45,000', { below: { amount: '45000', currency: 'INR' } }],
  ['tell me when it drops by 20%', { percent: 20 }],
  ['sag bescheid, wenn sie wieder lieferbar ist', { isBack: true }],
  ['notify me at its lowest price', { isLowest: true }],
  ['let me know when this is cheaper', {}],
])('"%s" wishes %j', (text, expected) => {
  expect(wish(text)).toEqual(expected);
  expect(isEmpty(wish(text))).toBe(Object.keys(expected).length === 0);
});

it.each([
  ['snooze it', 24],
  ['for 3 days', 72],
  ['for a week', 168],
  ['2 jam', 2],
  ['bis montag', 24],
  ['until sunday', 168],
  ['for 900 days', 720],
])('"%s", said on a Sunday, is a silence of %i hours', (text, hours) => {
  expect(snoozeHours(text, new Date('2026-03-01T12:00:00Z'))).toBe(hours);
});

it('knows when everything is meant', () => {
  expect(['pause all alerts', 'alle pausieren', 'hapus semua'].every(meansAll)).toBe(true);
  expect(meansAll('pause the football alert')).toBe(false);
});
