import type { Goal } from './goals.ts';
import type { Waits } from './storm-calm.ts';

/** What Telegram takes from one bot. */
const TELEGRAM_PER_SECOND = 30;

export interface StormResult {
  watches: number;
  chats: number;
  alerts: number;
  watchesTold: number;
  chatsTold: number;
  webhookMessages: { wanted: number; told: number };
  /** Requests beyond the first one of each message; those that were refused for their pace, and those without an answer. */
  again: number;
  /** Deliveries that did not end well. */
  undelivered: number;
  refused: number;
  unheard: number;
  /** How many messages may be told twice. */
  repeatsAllowed: number;
  raisedSeconds: number;
  telegramSeconds: number;
  /** Messages to the chats of others until then: they have their places in the same pace. */
  telegramOthers: number;
  /** Until all accounts with few messages had theirs, and until the one with many had. */
  webhookSeconds: { few: number; many: number };
  /** How long those waited who wait for other prices, in milliseconds: before the storm, and in it. */
  quiet: Waits;
  meanwhile: Waits;
  /** The most memory that alerting ever had; not known of one that was killed. */
  peakMegabytes: { before: number; after: number };
  cpuMicrosPerAlert: number;
  /** Seconds of CPU by process. */
  cpuBy: Record<string, number>;
  othersShare: number;
}

/** Slices, and what V8 keeps before it collects. */
const MEMORY_MEGABYTES = 200;

const waitsOf = ({ count, together, p50, p99, most }: Waits): string =>
  `${count} alerts, ${together} of them told with a newer one, p50 ${p50.toFixed(0)}, p99 ${p99.toFixed(0)}, most ${most.toFixed(0)} ms`;

const sharesOf = ({ cpuBy, watches }: StormResult): string =>
  Object.entries(cpuBy)
    .map(([name, seconds]) => ({ name, micros: (seconds * 1e6) / watches }))
    .toSorted((a, b) => b.micros - a.micros)
    .slice(0, 5)
    .map(({ name, micros }) => `${name} ${micros.toFixed(0)}`)
    .join(', ');

/** The table of a storm. */
export function stormGoals(result: StormResult): Goal[] {
  const { watches, alerts, watchesTold, chats, chatsTold, webhookMessages, webhookSeconds, peakMegabytes } =
    result;
  const { telegramSeconds, telegramOthers } = result;
  const paceSeconds = (chats + telegramOthers) / TELEGRAM_PER_SECOND;
  const missing =
    watches -
    watchesTold +
    (chats - chatsTold) +
    (webhookMessages.wanted - webhookMessages.told) +
    result.undelivered;
  return [
    {
      name: `alerts and messages of ${watches.toLocaleString('en')} watches: missing`,
      value: missing,
      unit: '',
      atMost: 0,
      detail: `${watchesTold} watches told, ${chatsTold} of ${chats} chats, ${webhookMessages.told} of ${webhookMessages.wanted} at webhooks; ${result.undelivered} deliveries not delivered`,
    },
    {
      name: 'alerts twice',
      value: alerts - watchesTold,
      unit: '',
      atMost: 0,
      detail: `${alerts} alerts of ${watchesTold} watches`,
    },
    {
      name: 'messages told twice',
      value: result.again - result.refused,
      unit: '',
      atMost: result.repeatsAllowed,
      detail: `${result.refused} refused for their pace, ${result.unheard} without an answer; a kill leaves some`,
    },
    {
      name: 'time to the last Telegram message ÷ what the pace allows',
      value: telegramSeconds / paceSeconds,
      unit: '',
      atMost: 1.1,
      detail: `${telegramSeconds.toFixed(1)} / ${paceSeconds.toFixed(1)} s, for ${chats} messages and ${telegramOthers} of others at ${TELEGRAM_PER_SECOND} a second; ${result.refused} refused for their pace`,
    },
    {
      name: 'all alerts raised after',
      value: result.raisedSeconds,
      unit: ' s',
      detail: `${Math.round(watches / result.raisedSeconds)} a second; CPU of each with all that follows ${result.cpuMicrosPerAlert.toFixed(0)} µs: ${sharesOf(result)}`,
    },
    {
      name: 'accounts with few webhook messages are told ÷ the one with as many as all others',
      value: webhookSeconds.few / webhookSeconds.many,
      unit: '',
      detail: `${webhookSeconds.few.toFixed(1)} / ${webhookSeconds.many.toFixed(1)} s`,
    },
    {
      name: 'others in the meantime: 202 to message, p99',
      value: result.meanwhile.p99,
      unit: ' ms',
      atMost: 1_000,
      detail: `${waitsOf(result.meanwhile)}; before: ${waitsOf(result.quiet)}`,
    },
    {
      name: 'memory of alerting, most in the storm - most before',
      value: peakMegabytes.after - peakMegabytes.before,
      unit: ' MB',
      ...(Number.isFinite(peakMegabytes.after) && { atMost: MEMORY_MEGABYTES }),
      detail: `${peakMegabytes.after.toFixed(0)} - ${peakMegabytes.before.toFixed(0)} MB, whatever the number of watches`,
    },
  ];
}
