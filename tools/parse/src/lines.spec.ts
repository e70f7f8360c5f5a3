import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { answerLines } from './lines.ts';
import { noPrice, priceLine } from './price-line.ts';

async function answers(
  ...chunks: (string | Buffer)[]
): Promise<{ out: string[]; problems: string; bad: number }> {
  const [output, problems] = [new PassThrough(), new PassThrough()];
  const [out, told] = [text(output), text(problems)];
  const answer = (line: string): string => priceLine(line);
  const bad = await answerLines(Readable.from(chunks), output, problems, { answer, unreadable: noPrice });
  output.end();
  problems.end();
  return { out: (await out).trimEnd().split('\n'), problems: await told, bad };
}

describe('lines', () => {
  it('are each answered in their place: one that is no JSON has no price and is named', async () => {
    const { out, problems, bad } = await answers(
      '{"price_raw":"€ 5"}\nnonsense\n\n',
      '{"price_raw":"sold out"}',
    );
    expect(out).toEqual(['{"amount":5,"currency":"€"}', noPrice, noPrice]);
    expect(problems).toMatch(/^line 2: is no JSON/);
    expect(bad).toBe(1);
  });

  it('may begin with a byte order mark and end as on Windows', async () => {
    const file = Buffer.from('\ufeff{"price_raw":"$5"}\r\n\r\n{"price_raw":"6 €"}\r\n');
    const { out, bad } = await answers(file);
    expect(out).toEqual(['{"amount":5,"currency":"$"}', '{"amount":6,"currency":"€"}']);
    expect(bad).toBe(0);
  });

  it('do not end at the separators that JSON may hold, nor within a character of several bytes', async () => {
    const file = Buffer.from('{"price_raw":"1\u2028299 €"}\n');
    const { out } = await answers(file.subarray(0, 16), file.subarray(16, 23), file.subarray(23));
    expect(out).toEqual(['{"amount":1299,"currency":"€"}']);
  });

  it('of any length are not kept: what is too long has no price, and the next is read', async () => {
    const long = `{"price_raw":"${'1'.repeat(600_000)}`;
    const { out, problems } = await answers(long, '1'.repeat(600_000), '"}\n{"price_raw":"$5"}');
    expect(out).toEqual([noPrice, '{"amount":5,"currency":"$"}']);
    expect(problems).toBe('line 1: is longer than 1000000 characters\n');
  });
});
