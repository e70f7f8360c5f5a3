import type { MarketReport } from '@souk/contracts';
import { marketTexts } from '../cards/market-texts.ts';
import type { Texts } from '../texts/texts.ts';
import { htmlOf, type Line, MAX_CAPTION } from './html.ts';
import { drawnFor, type TelegramMessage } from './message.ts';

/** A market report with its price index as a picture. */
export function marketMessage(
  report: MarketReport,
  about: string | null,
  { texts, head = [] }: { texts: Texts; head?: readonly Line[] },
): TelegramMessage {
  const { title, facts, dropsTitle, drops } = marketTexts(report, about, texts);
  const points = report.index.points.map(({ startsAt, value }) => ({ atMs: Date.parse(startsAt), value }));
  const isDrawable = points.filter(({ value }) => value !== null).length > 1;
  const lines: Line[] = [
    ...head,
    { text: title, look: 'b', isKept: true },
    ...facts.map((text): Line => ({ text })),
    ...(drops.length > 0 ? [{ text: dropsTitle, look: 'b' } as const] : []),
    ...drops.map((text): Line => ({ text: `• ${text}` })),
  ];
  return {
    html: htmlOf(lines, MAX_CAPTION),
    pictures: isDrawable ? [{ kind: 'index', title, points, ...drawnFor(texts) }] : [],
    keyboard: [],
  };
}
