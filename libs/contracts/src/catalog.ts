import * as alerts from './alerts.ts';
import * as billing from './billing.ts';
import * as categories from './categories.ts';
import * as channels from './channels.ts';
import * as chats from './chats.ts';
import * as enrichment from './enrichment.ts';
import type { EventContract, ServiceName } from './event.ts';
import * as exchangeRates from './exchange-rates.ts';
import * as feeds from './feeds.ts';
import * as forecasts from './forecasts.ts';
import * as gateway from './gateway.ts';
import * as history from './history.ts';
import * as ingestion from './ingestion.ts';
import * as jobs from './jobs.ts';
import * as notices from './notices.ts';
import * as market from './market.ts';
import * as planning from './planning.ts';
import * as preferences from './preferences.ts';
import * as purchases from './purchases.ts';
import * as priceSeries from './price-series.ts';
import type { QueryContract } from './query.ts';
import * as quota from './quota.ts';
import * as scoring from './scoring.ts';
import * as variations from './variations.ts';
import * as watches from './watches.ts';

const exported = [
  ingestion,
  variations,
  categories,
  planning,
  jobs,
  exchangeRates,
  feeds,
  quota,
  enrichment,
  scoring,
  history,
  priceSeries,
  market,
  forecasts,
  watches,
  alerts,
  channels,
  preferences,
  purchases,
  chats,
  notices,
  billing,
  gateway,
].flatMap((contracts) => Object.values(contracts as Record<string, unknown>));

const isEvent = (value: unknown): value is EventContract =>
  typeof value === 'object' && value !== null && 'type' in value && 'stream' in value;
const isQuery = (value: unknown): value is QueryContract =>
  typeof value === 'object' && value !== null && 'subject' in value && 'deadlineMs' in value;

/** Every event there is, by type. */
export const EVENTS: ReadonlyMap<string, EventContract> = new Map(
  exported.filter(isEvent).map((contract) => [contract.type, contract]),
);

/** Every query there is, by name. */
export const QUERIES: ReadonlyMap<string, QueryContract> = new Map(
  exported.filter(isQuery).map((contract) => [contract.name, contract]),
);

/** What a service reads from others. What it publishes and answers follows from the contracts' owner. */
export interface ServiceRelations {
  /** Handled durably, each exactly once, by one replica at a time per partition. */
  readonly subscribes: readonly EventContract[];
  /** Heard by every process while it runs; what was missed is asked for. */
  readonly listens: readonly EventContract[];
  /** Of these only is heard which products they name, ahead of the event: to forget what is kept of them. */
  readonly follows: readonly EventContract[];
  readonly asks: readonly QueryContract[];
}

const ownedBy = (service: ServiceName): QueryContract[] =>
  [...QUERIES.values()].filter((contract) => contract.owner === service);

/** Who reads what: docs/events.md and the NATS permissions of every service are made from this table. */
export const RELATIONS: Readonly<Record<ServiceName, ServiceRelations>> = {
  ingestion: {
    subscribes: [watches.WatchChanged, enrichment.ProductLinked, scoring.HistoryQuarantined],
    listens: [],
    follows: [],
    asks: [
      quota.RegisterUpstreams,
      quota.AcquirePermits,
      quota.ReportOutcome,
      quota.ListBudgets,
      billing.ReserveCredits,
      billing.CaptureCredits,
      billing.ReleaseCredits,
    ],
  },
  quota: { subscribes: [], listens: [quota.BreakerChanged], follows: [], asks: [] },
  enrichment: { subscribes: [ingestion.ObservationsCollected], listens: [], follows: [], asks: [] },
  scoring: {
    subscribes: [enrichment.OffersAccepted, enrichment.ProductChanged, enrichment.ProductLinked],
    listens: [],
    follows: [],
    asks: [],
  },
  alerting: {
    subscribes: [
      scoring.DealsScored,
      enrichment.ProductChanged,
      enrichment.ProductLinked,
      scoring.HistoryQuarantined,
      enrichment.FormQuarantined,
    ],
    listens: [],
    follows: [],
    asks: [
      scoring.GetDeals,
      scoring.GetThresholdAdvice,
      enrichment.GetProducts,
      enrichment.FindProducts,
      ingestion.ListSources,
      variations.ListVariations,
      exchangeRates.GetExchangeRates,
      // What chats say is done as clients would do it.
      ...ownedBy('alerting'),
      priceSeries.GetPriceChart,
      market.GetMarketReport,
      forecasts.GetForecast,
    ],
  },
  billing: { subscribes: [alerts.AlertDelivered, gateway.UsageRecorded], listens: [], follows: [], asks: [] },
  gateway: {
    subscribes: [],
    listens: [billing.KeyChanged, billing.AccountChanged, alerts.AlertRaised, notices.NoticeRaised],
    follows: [enrichment.OffersAccepted, enrichment.ProductChanged, scoring.DealsScored],
    asks: [
      ...ownedBy('ingestion'),
      quota.ListBudgets,
      ...ownedBy('enrichment'),
      ...ownedBy('scoring'),
      ...ownedBy('alerting'),
      ...ownedBy('billing'),
    ],
  },
};

/** The types of events that some service follows: who publishes them says ahead which products they name. */
export const FOLLOWED_EVENTS: ReadonlySet<string> = new Set(
  Object.values(RELATIONS).flatMap(({ follows }) => follows.map(({ type }) => type)),
);
