import type { BarChart, IndexChart } from '@souk/chart';
import type { MarketReport } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import type { MarketQuery, MarketReportView } from './market.schemas.ts';

type MarketEvent = MarketReport['drops'][number];
type MarketMover = MarketReport['up'][number];

export function marketView(report: MarketReport): MarketReportView {
  const { currency, drops, newLows, up, down, ...rest } = report;
  const amount = (minor: number): string => formatAmount(minor, currency!);
  const eventView = ({ priceMinor, referenceMinor, ...event }: MarketEvent) => ({
    ...event,
    price: amount(priceMinor),
    reference: amount(referenceMinor),
  });
  const moverView = ({ fromMinor, toMinor, ...mover }: MarketMover) => ({
    ...mover,
    from: amount(fromMinor),
    to: amount(toMinor),
  });
  return {
    ...rest,
    currency,
    drops: drops.map(eventView),
    newLows: { count: newLows.count, items: newLows.items.map(eventView) },
    up: up.map(moverView),
    down: down.map(moverView),
  };
}

const BARS = 10;

/** One of the pictures of a report. */
export function marketChart(report: MarketReport, query: MarketQuery): IndexChart | BarChart {
  const { chart, width } = query;
  // A picture travels without the report: where prices have several currencies it says which ones it shows.
  const isOneOfSeveral = report.currencies.some(({ currency }) => currency !== report.currency);
  const currency = isOneOfSeveral && report.currency;
  const of = [query.brand, query.category, query.source, currency].filter(Boolean).join(' · ');
  const title = (what: string): string => (of ? `${what}: ${of}` : what);
  if (chart === 'index') {
    const points = report.index.points.map(({ startsAt, value }) => ({ atMs: Date.parse(startsAt), value }));
    return { kind: 'index', width, title: title('Price index'), points };
  }
  const rows = chart === 'drops' ? report.drops : moversOf(report);
  return {
    kind: 'bars',
    width,
    title: title(chart === 'drops' ? 'Biggest real drops' : 'Movers'),
    bars: rows.slice(0, BARS).map(({ title: name, product, percent }) => ({
      label: name ?? product,
      // Of drops the length says how much is saved; of movers the side says whether they fell.
      value: percent,
      text: `${chart === 'drops' || percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %`,
    })),
  };
}

const moversOf = ({ up, down }: MarketReport): MarketMover[] =>
  [...up.slice(0, BARS / 2), ...down.slice(0, BARS / 2)].toSorted(
    (one, other) => other.percent - one.percent,
  );
