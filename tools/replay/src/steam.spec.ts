import type { HistoryRow } from './history-row.ts';
import { steamRows, steamTitles } from './steam.ts';

const header = 'Date,Initialprice,Finalprice,Discount\n';
const rowsOf = (text: string, titles = new Map<string, string>()): HistoryRow[] => [
  ...steamRows({ name: 'PriceHistory/730.csv', text: header + text }, titles),
];

describe('a Steam price file', () => {
  it('gives one observation a row, exact to the cent in spite of float noise, oldest first', () => {
    const titles = steamTitles({
      name: 'i.csv',
      text: 'appid,type,name,releasedate,freetoplay\n730,game,Café Strike,1-Jan-12,0\n',
    });
    expect(
      rowsOf(
        '2019-04-08,99.98999999999999,49.99,50\r\n2019-04-07,99.98999999999999,99.98999999999999,0\r\n',
        titles,
      ),
    ).toEqual([
      {
        at: 'PriceHistory/730.csv:3',
        observation: {
          source: 'steam',
          product: '730',
          price: '99.99',
          currency: 'USD',
          observedAt: '2019-04-07T00:00:00Z',
          listPrice: '99.99',
          title: 'Café Strike',
        },
      },
      expect.objectContaining({
        at: 'PriceHistory/730.csv:2',
        observation: expect.objectContaining({
          price: '49.99',
          observedAt: '2019-04-08T00:00:00Z',
          listPrice: '99.99',
        }),
      }),
    ]);
  });

  it('names the line and the reason of every row that is not posted', () => {
    const rows = rowsOf(
      [
        '2019-04-07,9.99,9.99,0',
        '2019-04-07,9.99,9.99,0',
        '2019-04-07,9.99,4.99,50',
        '2019-04-08,9.99,,0',
        '2019-04-09,9.99,9.995,0',
        '2019-04-10,9.99',
        '7 April,9.99,9.99,0',
      ].join('\n'),
    );
    expect(rows.slice(1)).toEqual([
      { at: 'PriceHistory/730.csv:3', skipped: 'duplicate', detail: 'of 2019-04-07' },
      { at: 'PriceHistory/730.csv:4', skipped: 'duplicate with another price', detail: 'of 2019-04-07' },
      { at: 'PriceHistory/730.csv:5', skipped: 'no price' },
      { at: 'PriceHistory/730.csv:6', skipped: 'unreadable price', detail: expect.stringContaining('9.995') },
      { at: 'PriceHistory/730.csv:7', skipped: 'unreadable row', detail: '2 fields, not 4' },
      { at: 'PriceHistory/730.csv:8', skipped: 'unreadable date', detail: '"7 April"' },
    ]);
  });

  it('posts a row whose list price or discount is wrong, with a note', () => {
    expect(rowsOf('2019-04-07,oops,9.99,0\n2019-04-08,19.99,9.99,10\n')).toMatchObject([
      { note: expect.stringMatching(/^list price left out/), observation: { price: '9.99' } },
      { note: '10 % off 19.99 is not 9.99', observation: { listPrice: '19.99' } },
    ]);
    expect(rowsOf('2019-04-07,oops,9.99,0\n')[0]).not.toHaveProperty('observation.listPrice');
  });

  it('is refused when its name or its columns are not those of a price file', () => {
    expect(() => [...steamRows({ name: 'readme.csv', text: header }, new Map())]).toThrow(
      /not named after an app id/,
    );
    expect(() => [...steamRows({ name: '1.csv', text: 'a,b,c\n' }, new Map())]).toThrow(
      /1\.csv has the columns "a,b,c"/,
    );
  });
});
