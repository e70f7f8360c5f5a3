import { decodeBody } from './charset.ts';

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

it.each([
  ['UTF-8 unless told otherwise', Buffer.from('€ 5'), null, '€ 5'],
  ['what the header says', latin1('£5'), 'text/html; charset="ISO-8859-1"', '£5'],
  ['what the page says of itself', latin1('<meta charset=windows-1252>£5'), 'text/html', '£5'],
  ['what XML says of itself', latin1('<?xml version="1.0" encoding="iso-8859-1"?>£'), 'text/xml', '£'],
  ['Japanese', Buffer.from([0x83, 0x65, 0x83, 0x58, 0x83, 0x67]), 'text/html; charset=Shift_JIS', 'テスト'],
  ['a byte order mark before all', Buffer.from('\ufeff€'), 'text/csv; charset=iso-8859-1', '€'],
  ['UTF-8 for a charset that does not exist', Buffer.from('€'), 'text/html; charset=klingon', '€'],
  ['Windows-1252 where nothing is said', Buffer.from([0x35, 0x20, 0x80]), null, '5 €'],
  [
    'Windows-1252 that calls itself UTF-8',
    latin1('<meta charset=utf-8>Café £5'),
    'text/html; charset=utf-8',
    'Café £5',
  ],
  ['UTF-8 with a broken character', Buffer.from([0xe2, 0x82, 0xac, 0x20, 0xe9]), 'text/html', '€ \ufffd'],
])('reads %s', (_what, bytes, contentType, expected) => {
  expect(decodeBody(bytes, contentType)).toContain(expected);
});
