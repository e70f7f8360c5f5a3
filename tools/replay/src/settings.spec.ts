import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaySettings } from './settings.ts';

let checkout: string;
beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'souk-test-'));
});
afterEach(() => rm(checkout, { recursive: true }));

describe('the settings of a replay', () => {
  it('come from the command line, then the environment, then what npm start wrote', async () => {
    await mkdir(join(checkout, '.souk'));
    await writeFile(join(checkout, '.souk', 'run.json'), '{"url":"http://run:1","apiKey":"souk_run"}');
    expect(await replaySettings(['d', '--as', 'steam'], { INIT_CWD: '/somewhere' }, checkout)).toEqual({
      path: '/somewhere/d',
      as: 'steam',
      mode: 'live',
      url: 'http://run:1',
      apiKey: 'souk_run',
      reportPath: join(checkout, '.souk', 'replay-steam.txt'),
      lanes: 4,
      batchLines: 5000,
    });
    const given = await replaySettings(
      ['-', '--as', 'ndjson', '--mode', 'backfill', '--report', '-'],
      { SOUK_URL: 'http://env:1' },
      checkout,
    );
    expect(given).toMatchObject({
      path: '-',
      mode: 'backfill',
      url: 'http://env:1',
      apiKey: 'souk_run',
      reportPath: '-',
    });
  });

  it.each([
    [[], /Name one PATH/],
    [['a', 'b', '--as', 'steam'], /Name one PATH/],
    [['a', '--as', 'csv'], /--as must be one of/],
    [['a', '--as', 'steam', '--mode', 'dry'], /live or backfill/],
    [['a', '--as', 'steam', '--url', 'http://x', '--key', 'k', '--lanes', '99'], /--lanes must be/],
    [['a', '--as', 'steam', '--url', 'http://x', '--key', 'k', '--batch', '10001'], /--batch must be/],
    [['a', '--as', 'paapi5', '--url', 'http://x', '--key', 'k'], /--observed must say when/],
    [['a', '--as', 'paapi5', '--observed', 'soon', '--url', 'http://x', '--key', 'k'], /--observed must say/],
    [['a', '--as', 'steam', '--what'], /--what/],
    [['a', '--as', 'steam'], /run npm start first/],
  ])('%j are refused with what to write instead', async (args, problem) => {
    await expect(replaySettings(args, {}, checkout)).rejects.toThrow(problem);
  });
});
