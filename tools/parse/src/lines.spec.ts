import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { answerLines } from './lines.ts';
import { priceLine } from './price-line.ts';

describe('lines', () => {
  it('names a line that is no JSON and goes on after it', async () => {
    const [output, problems] = [new PassThrough(), new PassThrough()];
    const input = Readable.from(['{"price_raw":"€ 5"}\nnonsense\n\n', '{"price_raw":"sold out"}']);
    expect(await answerLines(input, output, problems, (line) => priceLine(line))).toBe(1);
    output.end();
    problems.end();
    expect(await text(output)).toBe('{"amount":5,"currency":"€"}\n{"amount":null,"currency":null}\n');
    expect(await text(problems)).toMatch(/^line 2: is no JSON/);
  });
});
