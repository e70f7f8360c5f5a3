/** `npm run parse -- price`, `… words` and `… page FILE`: what Souk reads in a price text, a sentence or a saved page. */
import { parseArgs } from 'node:util';
import { feedPreview } from './feed-preview.ts';
import { answerLines } from './lines.ts';
import { pageReport, pageText } from './page-report.ts';
import { noPrice, priceLine } from './price-line.ts';
import { wordsLine } from './words-line.ts';

const usage = `npm run parse -- price [--iso]          JSON lines {"currency_raw","price_raw"} in, {"amount","currency"} out
npm run parse -- words                  sentences in, {"intent","product","category","features",…} out
npm run parse -- page FILE [--url URL]  what a saved page says of its product, and in which notation
                                        --selectors '{"price":".now"}' adds CSS selectors
npm run parse -- feed FILE              how the first rows of a feed are read, and what its columns propose
                                        --settings '{"columns":{"price":"Preis"}}' as those of a feed source`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      iso: { type: 'boolean' },
      url: { type: 'string' },
      selectors: { type: 'string' },
      settings: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const [what, file] = positionals;
  if (what === 'price' || what === 'words') {
    const answers =
      what === 'words'
        ? { answer: wordsLine, unreadable: wordsLine('') }
        : { answer: (line: string) => priceLine(line, values.iso === true), unreadable: noPrice };
    return (await answerLines(process.stdin, process.stdout, process.stderr, answers)) > 0 ? 1 : 0;
  }
  if (what === 'page' && file !== undefined) {
    const { page, problem } = await pageReport(file, values);
    console.log(pageText(page));
    if (problem !== undefined) console.error(problem);
    return problem === undefined ? 0 : 1;
  }
  if (what === 'feed' && file !== undefined) {
    const preview = await feedPreview(file, values.settings, new Date());
    console.log(JSON.stringify(preview, null, 2));
    return preview.problem === null ? 0 : 1;
  }
  console.error(usage);
  return 2;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
