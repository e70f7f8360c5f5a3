import type { MarketReport } from '@souk/contracts';
import type { Texts } from '../texts/texts.ts';

const DROPS = 5;

/** A market report in a person's language: plain lines that a channel marks up, escapes and shortens. */
export interface MarketTexts {
  title: string;
  facts: string[];
  dropsTitle: string;
  /** The biggest real drops, the biggest first. */
  drops: string[];
}

export function marketTexts(report: MarketReport, about: string | null, texts: Texts): MarketTexts {
  const { index, discounts, newLows, currency, offers } = report;
  const last = index.points.findLast(({ value }) => value !== null)?.value;
  return {
    title: about === null ? texts.say('market.title-all') : texts.say('market.title', { about }),
    facts: [
      texts.say('market.offers', { count: offers, currency: currency ?? '' }),
      ...(typeof last === 'number' ? [indexText(last, texts)] : []),
      ...(discounts.fakeShare === null
        ? []
        : [texts.say('market.fake', { share: discounts.fakeShare * 100, claimed: discounts.claimed })]),
      ...(newLows.count > 0 ? [texts.say('market.lows', { count: newLows.count })] : []),
    ],
    dropsTitle: texts.say('market.drops'),
    drops: report.drops.slice(0, DROPS).map(({ title, product, priceMinor, percent }) =>
      texts.say('market.drop', {
        title: title ?? product,
        price: { amountMinor: priceMinor, currency: currency! },
        percent,
      }),
    ),
  };
}

function indexText(value: number, texts: Texts): string {
  const percent = Math.round(Math.abs(value - 100) * 10) / 10;
  if (percent === 0) return texts.say('market.same');
  return value < 100 ? texts.say('market.cheaper', { percent }) : texts.say('market.dearer', { percent });
}
