import type { ServiceName } from '@souk/contracts';
import type { Covered } from './boundaries.ts';

/** What makes a service come by a boundary. */
export type Stimulus =
  /** A price that rises and one that falls so far that a watch speaks. */
  | 'prices'
  /** The same of a product that is told of in Telegram only. */
  | 'telegram'
  /** The broker loses all that it stored. */
  | 'broker-wiped'
  /** SIGTERM; then it starts again. */
  | 'restart';

/**
 * A part of the product that dies at each of its awaits in turn, except within catch clauses: something else has
 * failed there already, which prove's other faults see to.
 */
export interface Component {
  name: string;
  service: ServiceName;
  /** By compiled file, from the root of the workspace. */
  covers: Readonly<Record<string, Covered>>;
  /** What leads to awaits within these functions, where prices do not. */
  leadsTo?: Readonly<Record<string, Stimulus>>;
  /** Awaits that nothing within a run leads to, or that are no moment of their own: function and text, and why. */
  leftOut?: readonly { within: string; text: RegExp; because: string }[];
}

const DATABASE = 'libs/service/dist/database.js';
const SUBSCRIPTION = 'libs/bus/dist/subscription.js';
const HAND_OVER = 'libs/bus/dist/hand-over.js';
const BATCH = {
  'libs/bus/dist/batch-runner.js': { functions: ['runBatch'] },
  'libs/bus/dist/inbox.js': { functions: ['receive'] },
  'libs/bus/dist/outgoing.js': { functions: ['appendToOutbox'] },
};
const TRANSACTION = { [DATABASE]: { functions: ['run'] } };

/** They take turns with the accounts: the second and the fourth are the customer's, who pays for reads from holds. */
export const COMPONENTS: readonly Component[] = [
  {
    name: 'relay',
    service: 'enrichment',
    covers: {
      'libs/bus/dist/relay.js': {
        functions: ['hold', 'republish', 'stop', 'run', 'publishSome', 'fitting', 'publish', 'saveCursors'],
        roots: ['hold', 'republish', 'stop', 'run'],
      },
      ...TRANSACTION,
    },
    leadsTo: { hold: 'restart', stop: 'restart', republish: 'broker-wiped' },
    leftOut: [
      { within: 'run', text: /countBacklog\(\)/, because: 'counts rows for a figure, and only far behind' },
    ],
  },
  {
    name: 'charge capture',
    service: 'billing',
    covers: {
      [SUBSCRIPTION]: { functions: [], roots: ['handle'] },
      [HAND_OVER]: { functions: ['deliver'] },
      ...TRANSACTION,
      'apps/billing/dist/usage.handlers.js': { functions: ['usage', 'alerts', 'charge'] },
      'apps/billing/dist/charging.js': { functions: ['charge'] },
      'apps/billing/dist/usage.store.js': { functions: ['unknown', 'record', 'addDaily'] },
      'apps/billing/dist/holds.store.js': { functions: ['update'] },
      'apps/billing/dist/ledger.store.js': { functions: ['lock', 'post'] },
    },
  },
  {
    name: 'consumer',
    service: 'scoring',
    covers: {
      [SUBSCRIPTION]: { functions: ['handle'], roots: ['handle'] },
      [HAND_OVER]: { functions: ['deliver', 'untilDependenciesAnswer'] },
      ...BATCH,
      ...TRANSACTION,
      'apps/scoring/dist/scoring.handlers.js': { functions: ['score'] },
    },
    leftOut: [
      {
        within: 'handle',
        text: /notReceived/,
        because: 'only reads, and only while a broker that lost its store delivers everything again',
      },
    ],
  },
  {
    // the deliveries, and what is sent by webhook and in Telegram: there are no other chats in this run
    name: 'notifier',
    service: 'alerting',
    covers: {
      'apps/alerting/dist/delivery/lane.js': {
        functions: ['run', 'claim', 'take', 'turnsOf', 'pauseMs'],
        roots: ['run'],
      },
      'apps/alerting/dist/delivery/attempts.js': { functions: ['perform'], roots: ['perform'] },
      'apps/alerting/dist/delivery/together.js': { functions: ['serve'] },
      'apps/alerting/dist/delivery/loading.js': { functions: ['loadAll'] },
      'apps/alerting/dist/delivery/recording.js': { functions: ['record', 'recordDelivered'] },
      'apps/alerting/dist/delivery/delivery.store.js': { functions: ['recordDelivered'] },
      'apps/alerting/dist/webhook/webhook.js': { functions: ['callWebhook'] },
      'apps/alerting/dist/telegram/telegram-carrier.js': { functions: ['sendAlert', 'send'] },
      'apps/alerting/dist/telegram/telegram-sender.js': { functions: ['sendBest'] },
      'apps/alerting/dist/telegram/send-gate.js': { functions: ['through'] },
      ...TRANSACTION,
    },
    leadsTo: { sendAlert: 'telegram', send: 'telegram', sendBest: 'telegram', through: 'telegram' },
    leftOut: [
      {
        within: 'run',
        text: /this\.rest|waitForRoom/,
        because: 'more deliveries than may be under way, or than the pace allows',
      },
      { within: 'perform', text: /release\.look/, because: 'deliveries that quiet hours held' },
      {
        within: 'record',
        text: /recordOther/,
        because: 'chats and webhooks that fail, or want to be left alone',
      },
      {
        within: 'send',
        text: /write\(|sender\.send\(/,
        because: 'begins and ends with an await of what it calls, which is covered',
      },
      {
        within: 'sendBest',
        text: /hasShown\(/,
        because: 'no picture is there to send: the prices are older than the year that a chart shows',
      },
      {
        within: 'sendBest',
        text: /put\(/,
        because: 'all of it is to pass the gate, which is covered',
      },
    ],
  },
];
