import { strToU8, zipSync } from 'fflate';
import { readRates, UnreadableRates } from './ecb.ts';

const DAILY = `<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <Cube><Cube time='2026-11-20'><Cube currency='USD' rate='1.0712'/><Cube currency='JPY' rate='163.4'/></Cube></Cube>
</gesmes:Envelope>`;
const HISTORY = 'Date,USD,JPY,CYP,\n2026-11-20,1.0712,163.4,N/A,\n2026-11-19,1.07,0,N/A,\n';
const bytes = (text: string): Uint8Array => strToU8(text);

it('reads the daily XML', () => {
  expect(readRates(bytes(DAILY))).toEqual([
    { day: '2026-11-20', currency: 'USD', rate: '1.0712' },
    { day: '2026-11-20', currency: 'JPY', rate: '163.4' },
  ]);
});

it('reads the history, in a zip or not; what has no rate has no entry', () => {
  const expected = [
    { day: '2026-11-20', currency: 'USD', rate: '1.0712' },
    { day: '2026-11-20', currency: 'JPY', rate: '163.4' },
    { day: '2026-11-19', currency: 'USD', rate: '1.07' },
  ];
  expect(readRates(bytes(HISTORY))).toEqual(expected);
  expect(readRates(zipSync({ 'eurofxref-hist.csv': bytes(HISTORY) }))).toEqual(expected);
});

it('reads the daily CSV with its day in words', () => {
  expect(readRates(bytes('Date, USD, JPY, \n20 November 2026, 1.0712, 163.4, \n'))).toEqual([
    { day: '2026-11-20', currency: 'USD', rate: '1.0712' },
    { day: '2026-11-20', currency: 'JPY', rate: '163.4' },
  ]);
});

it.each([
  ['a page of HTML', bytes('<html><body>Service unavailable</body></html>')],
  ['another CSV', bytes('Currency,Rate\nUSD,1.07\n')],
  ['broken CSV', bytes('Date,"USD\n2026')],
  ['nothing', bytes('')],
  ['a header only', bytes('Date,USD,\n')],
  ['a damaged zip', bytes('PK\u0003\u0004 no zip at all')],
  ['a zip without rates', zipSync({ 'readme.txt': bytes('hello') })],
])('%s is refused', (_what, file) => {
  expect(() => readRates(file)).toThrow(UnreadableRates);
});
