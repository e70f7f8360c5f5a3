import { csvRow } from './csv.ts';

describe('a row of a table', () => {
  it.each([
    [['plain', 1.5, true, null, undefined], 'plain,1.5,true,,'],
    [['a,b', 'say "yes"', 'two\nlines'], '"a,b","say ""yes""","two\nlines"'],
    [['=1+1', '+1', '-1', '@sum', '\tx'], "'=1+1,'+1,'-1,'@sum,'\tx"],
    [['=1,"2"', -1], '"\'=1,""2""",-1'],
  ])('%j is written as %j: quoted, and a text that looks like a formula is a text', (cells, row) => {
    expect(csvRow(cells)).toBe(row);
  });
});
