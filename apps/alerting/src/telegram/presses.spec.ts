import * as fc from 'fast-check';
import { v7 } from 'uuid';
import { type Press, readPress, writePress } from './presses.ts';

const id = v7();
it.each<Press>([
  { press: 'chart', productId: id },
  { press: 'variants', productId: id },
  { press: 'turn', carouselId: id, place: 199 },
  { press: 'watch', watchId: id },
  { press: 'edit', watchId: id, field: 'realDiscountAtLeast', value: '-10' },
  { press: 'settings' },
  { press: 'setting', field: 'time-zone' },
  { press: 'set', field: 'time-zone', value: 'America/Argentina/ComodRivadavia' },
  { press: 'set', field: 'quiet', value: '22:30-06:30' },
  { press: 'close' },
])('%j fits a button and is read as it was written', (press) => {
  const data = writePress(press);
  expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
  expect(readPress(data)).toEqual(press);
});

it('an action of the conversation is one here too', () => {
  expect(readPress('savings')).toEqual({ press: 'action', action: { do: 'savings' } });
});

it('anything else is no press, and no error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(readPress(`.?${text}`)).toBeUndefined();
      readPress(text);
      readPress(`.t:${text}`);
    }),
  );
  for (const data of [
    '',
    '.',
    '.c',
    '.c:AAAA',
    '.v',
    '.v:AAAA',
    '.t:AAAAAAAAAAAAAAAAAAAAAA',
    '.t:AAAAAAAAAAAAAAAAAAAAAA:x',
    '.w:',
  ])
    expect(readPress(data)).toBeUndefined();
});
