import { progressSince, type Progress } from '@souk/start';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Api } from './api.ts';
import { meterCpu } from './cpu-meter.ts';
import { isMet, tableOf } from './goals.ts';
import { type MeasuredProduct, startMeasuredProduct } from './product.ts';
import { stoppable } from './stoppable.ts';
import { BELOW, type Calm, calmProducts, CalmWaits, postPrice, STORM } from './storm-calm.ts';
import { STORM_TOKEN, StormChats } from './storm-chats.ts';
import { makeAccounts, makeChats, type Waiting, watchBelow } from './storm-data.ts';
import { type StormResult, stormGoals } from './storm-goals.ts';
import { until } from './until.ts';

export const STORM_HELP = `npm run bench -- storm [--watches N] [--chats N] [--kill]
  One price that 100,000 watches (or N) wait for: 5 % of them in Telegram (or N chats, at its pace of 30 a second),
  20 % at webhooks of ten accounts, of which one has half of them, the others in the inbox, each of another account.
  Meanwhile prices of the same partition fall that others wait for. --kill ends alerting with SIGKILL in the midst.
Ends with 0 when nothing was lost or came twice, in the time that the pace allows.`;

const WATCHES = 100_000;
const CHATS_SHARE = 0.05;
const WEBHOOK_SHARE = 0.2;
const WEBHOOK_ACCOUNTS = 10;
const CALM_CHATS = 10;
const CALM_WEBHOOKS = 10;
const QUIET_MS = 10_000;
const FIRST_CHAT = 1_000_000;
const FIRST_CALM_CHAT = 900_000;
/** Messages that a kill leaves without an outcome: as many as may be under way in each kind of channel. */
const UNDER_WAY = 16;

interface StormSettings {
  watches: number;
  chats: number;
  kills: boolean;
}

/** @throws naming the option that is wrong; undefined when only the help is wanted */
function readStormSettings(args: string[]): StormSettings | undefined {
  const { values } = parseArgs({
    args,
    options: {
      watches: { type: 'string', default: String(WATCHES) },
      chats: { type: 'string' },
      kill: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  const watches = Number(values.watches);
  const chats = Number(values.chats ?? Math.round(watches * CHATS_SHARE));
  if (!Number.isInteger(watches) || watches < 100 || watches > 1_000_000)
    throw new Error(`--watches is a number from 100 to 1000000\n${STORM_HELP}`);
  if (!Number.isInteger(chats) || chats < 10 || chats > watches * (1 - WEBHOOK_SHARE))
    throw new Error(`--chats is a number from 10 to four fifths of the watches\n${STORM_HELP}`);
  return { watches, chats, kills: values.kill };
}

/** `npm run bench -- storm`: undefined when only the help is wanted. */
export async function measureStorm(args: string[]): Promise<number | undefined> {
  const settings = readStormSettings(args);
  if (!settings) return undefined;
  const progress = progressSince(Date.now(), (line) => process.stdout.write(line));
  return stoppable(async (begun) => {
    const chats = await StormChats.open();
    begun(() => chats.close());
    // Before the services start, which take them over.
    Object.assign(process.env, {
      SOUK_TELEGRAM_TOKEN: STORM_TOKEN,
      SOUK_TELEGRAM_API_ROOT: chats.telegramUrl,
    });
    const product = await startMeasuredProduct(progress, begun);
    const api = new Api(product.url, product.apiKey);
    begun(() => api.close());
    const storm = new Storm(settings, product, api, chats, progress);
    const result = await storm.run(begun);
    const goals = stormGoals(result);
    console.log(tableOf(goals));
    console.log(`share of the machine that others took: ${Math.round(result.othersShare * 100)} %`);
    return goals.every(isMet) ? 0 : 1;
  });
}

class Storm {
  readonly #settings: StormSettings;
  readonly #product: MeasuredProduct;
  readonly #api: Api;
  readonly #chats: StormChats;
  readonly #progress: Progress;

  constructor(
    settings: StormSettings,
    product: MeasuredProduct,
    api: Api,
    chats: StormChats,
    progress: Progress,
  ) {
    this.#settings = settings;
    this.#product = product;
    this.#api = api;
    this.#chats = chats;
    this.#progress = progress;
  }

  /** @param begun told how to end what goes on by itself */
  async run(begun: (stop: () => Promise<void>) => void): Promise<StormResult> {
    const { watches, chats, kills } = this.#settings;
    const { step, say } = this.#progress;
    const calm = await step('those who wait for other prices', () => this.#prepareCalm());
    const webhooks = await step(`${watches} watches on one listing`, () => this.#prepareStorm());
    const waits = new CalmWaits(this.#api, calm);
    begun(() => waits.stop());
    waits.start();
    const quietFrom = performance.now();
    await step('prices fall that few wait for', () => delay(QUIET_MS));
    const memoryBefore = this.#peakMegabytes();
    const used = meterCpu(this.#product.pids);
    const { acceptedAt } = await postPrice(this.#api, STORM.product, 'low');
    const killed = kills ? this.#killWhen(watches / 3) : undefined;
    await step('raising', () => this.#untilRaised(watches));
    const raisedAt = performance.now();
    await killed;
    await step('telling', () => this.#untilTold(watches, chats, webhooks, say));
    const toldAt = performance.now();
    await waits.stop();
    await until('the last of the other alerts', async () => waits.haveCome, { everyMs: 100 });
    const { byName, totalSeconds, othersShare } = used();
    const [raised] = await this.#product.sql<{ alerts: number; watches: number }>(
      `select count(*)::int as alerts, count(distinct watch_id)::int as watches from alerting.alert
       where product = $1`,
      [STORM.product],
    );
    const [sent] = await this.#product.sql<{ refused: number; unheard: number; undelivered: number }>(
      `select coalesce(sum(throttled), 0)::int as refused, coalesce(sum(unknown), 0)::int as unheard,
         count(*) filter (where state not in ('delivered', 'merged'))::int as undelivered from alerting.delivery`,
    );
    const all = [...webhooks.keys()].map((path) => this.#chats.webhook(path));
    const few = all.slice(1);
    return {
      watches,
      chats,
      alerts: raised!.alerts,
      watchesTold: raised!.watches,
      chatsTold: this.#chats.telegram.times.size,
      webhookMessages: { wanted: sum([...webhooks.values()]), told: sum(all.map(({ times }) => times.size)) },
      again: this.#chats.telegram.again + sum(all.map(({ again }) => again)) + waits.again,
      undelivered: sent!.undelivered,
      refused: sent!.refused,
      unheard: sent!.unheard,
      repeatsAllowed: kills ? 2 * UNDER_WAY : 0,
      raisedSeconds: (raisedAt - acceptedAt) / 1_000,
      telegramSeconds: (this.#chats.telegram.lastAt - acceptedAt) / 1_000,
      telegramOthers: this.#chats.listenedBetween(acceptedAt, this.#chats.telegram.lastAt),
      webhookSeconds: {
        few: (Math.max(...few.map(({ lastAt }) => lastAt)) - acceptedAt) / 1_000,
        many: (all[0]!.lastAt - acceptedAt) / 1_000,
      },
      quiet: waits.waits(quietFrom, acceptedAt),
      meanwhile: waits.waits(acceptedAt, toldAt),
      peakMegabytes: { before: memoryBefore, after: this.#peakMegabytes() },
      cpuMicrosPerAlert: (totalSeconds * 1e6) / watches,
      cpuBy: byName,
      othersShare,
    };
  }

  /** Ten chats and ten webhooks, each of an account of its own that watches a product of its own. */
  async #prepareCalm(): Promise<Calm[]> {
    const products = calmProducts(CALM_CHATS + CALM_WEBHOOKS);
    for (const product of [STORM.product, ...products]) await postPrice(this.#api, product, 'high');
    const told: { waiting: Waiting; name: string }[] = [];
    for (const { chatId, ...waiting } of await makeChats(this.#product, CALM_CHATS, FIRST_CALM_CHAT))
      told.push({ waiting, name: String(chatId) });
    for (let number = 0; number < CALM_WEBHOOKS; number += 1)
      told.push({ waiting: await this.#webhookOf(`/calm-${number}`), name: `/calm-${number}` });
    const calm: Calm[] = [];
    for (const [index, { waiting, name }] of told.entries()) {
      const product = products[index]!;
      await watchBelow(this.#product, { source: STORM.source, product }, [waiting], BELOW);
      calm.push({ product, came: this.#chats.listen(name) });
    }
    return calm;
  }

  /** @returns how many messages each webhook has to get, the one with most of them first */
  async #prepareStorm(): Promise<Map<string, number>> {
    const { watches, chats } = this.#settings;
    const ofWebhooks = Math.round(watches * WEBHOOK_SHARE);
    const ofMany = Math.round(ofWebhooks / 2);
    const ofFew = Math.floor((ofWebhooks - ofMany) / (WEBHOOK_ACCOUNTS - 1));
    const waiting: Waiting[] = await makeChats(this.#product, chats, FIRST_CHAT);
    const webhooks = new Map<string, number>();
    for (let number = 0; number < WEBHOOK_ACCOUNTS; number += 1) {
      const count = number === 0 ? ofMany : ofFew;
      const webhook = await this.#webhookOf(`/storm-${number}`);
      webhooks.set(`/storm-${number}`, count);
      waiting.push(...Array.from({ length: count }, () => webhook));
    }
    for (const accountId of await makeAccounts(this.#product, watches - waiting.length))
      waiting.push({ accountId, channel: 'inbox' });
    await watchBelow(this.#product, STORM, waiting, BELOW);
    return webhooks;
  }

  async #webhookOf(path: string): Promise<Waiting> {
    const made = await this.#api.post<{ id: string; key: { key: string } }>('/v1/accounts', { name: path });
    const own = new Api(this.#product.url, made.key.key, 1);
    const url = `${this.#chats.webhookUrl}${path}`;
    const channel = await own.post<{ id: string }>('/v1/channels', { type: 'webhook', url });
    await own.close();
    return { accountId: made.id, channel: channel.id };
  }

  /** The most memory that alerting ever had, NaN once it has ended. */
  #peakMegabytes(): number {
    try {
      const status = readFileSync(`/proc/${this.#product.pids.alerting}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
    } catch {
      return Number.NaN;
    }
  }

  async #raised(): Promise<number> {
    const [row] = await this.#product.sql<{ count: number }>(
      'select count(*)::int as count from alerting.alert where product = $1',
      [STORM.product],
    );
    return row!.count;
  }

  /** Messages of the storm that are not over. */
  async #open(): Promise<number> {
    const [row] = await this.#product.sql<{ count: number }>(
      'select count(*)::int as count from alerting.delivery_queue where is_crowd',
    );
    return row!.count;
  }

  #untilRaised(watches: number): Promise<void> {
    const deadlineMs = 60_000 + watches * 10;
    return until('every alert', async () => (await this.#raised()) >= watches, { everyMs: 500, deadlineMs });
  }

  async #untilTold(
    watches: number,
    chats: number,
    webhooks: ReadonlyMap<string, number>,
    say: (line: string) => void,
  ): Promise<void> {
    const wanted = sum([...webhooks.values()]);
    const told = (): number => sum([...webhooks.keys()].map((path) => this.#chats.webhook(path).times.size));
    let saidAt = 0;
    const isTold = async (): Promise<boolean> => {
      const telegram = this.#chats.telegram.times.size;
      if (performance.now() - saidAt > 20_000) {
        saidAt = performance.now();
        say(`${telegram} of ${chats} chats, ${told()} of ${wanted} webhook messages`);
      }
      // What was refused came to its chat as well, and has to come again.
      return telegram >= chats && told() >= wanted && (await this.#open()) === 0;
    };
    await until('every message', isTold, { everyMs: 200, deadlineMs: 120_000 + chats * 60 + watches * 10 });
  }

  async #killWhen(raised: number): Promise<void> {
    const isThere = async (): Promise<boolean> => (await this.#raised()) >= raised;
    await until('alerts to be killed at', isThere, { everyMs: 100, deadlineMs: 600_000 });
    process.kill(this.#product.pids.alerting!, 'SIGKILL');
    this.#progress.say('alerting was killed');
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
