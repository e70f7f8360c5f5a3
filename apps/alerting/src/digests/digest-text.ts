import type { Reply } from '../conversation/reply.ts';
import { cut } from '../texts/shorten.ts';
import type { Texts } from '../texts/texts.ts';

const MAX_TEXT = 2_000;

/** What a digest says, a line for each of its texts; what it shows is told apart. */
export function digestText({ blocks }: Reply, texts: Texts): string {
  const lines = blocks.flatMap((block) => {
    if (block.kind === 'text') return [texts.write(block.text)];
    return block.kind === 'list' ? [texts.write(block.title)] : [];
  });
  return cut(lines.join('\n'), MAX_TEXT);
}
