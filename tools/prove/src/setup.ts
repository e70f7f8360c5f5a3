import type { WebhookReceiver } from '@souk/sandbox';
import { Api } from './api.ts';
import type { ChatAttempt } from './chats.ts';
import type { Evidence } from './evidence.ts';
import type { System } from './system.ts';
import { type AccountName, decimal, type LaneWorkload, type PlannedWatch, SOURCE } from './workload.ts';

const CREDITS = 10_000_000;
const WATCHES_AT_ONCE = 4;
const TELEGRAM_EVERY = 5;

/** An account with its key and the chat that it is told in. */
export interface Tenant {
  account: AccountName;
  api: Api;
  receiver: WebhookReceiver;
  /** Of its webhook and of its Telegram chat. */
  channels: Record<ChatAttempt['chat'], string>;
}

/** The operator's account and one customer that pays for its reads, each with a recording chat. */
export async function makeTenants(system: System): Promise<Record<AccountName, Tenant>> {
  const { product } = system;
  const operator = new Api(product.url, product.apiKey);
  const made = await operator.post<{ key: { key: string } }>(
    '/v1/accounts',
    { name: 'customer', credits: CREDITS },
    'prove-customer',
  );
  return {
    operator: await tenantOf('operator', operator, system),
    customer: await tenantOf('customer', new Api(product.url, made.key.key), system),
  };
}

async function tenantOf(account: AccountName, api: Api, { chats, network }: System): Promise<Tenant> {
  const receiver = chats.webhooks[account];
  // one of the two accounts is told through a connection that can misbehave
  const isDisturbed = account === 'operator';
  const url = isDisturbed ? network.through('alerting', 'webhook', receiver.url) : `${receiver.url}/`;
  const webhook = await api.post<{ id: string; signingSecret: string }>(
    '/v1/channels',
    { type: 'webhook', url: `${url}${account}` },
    'prove-webhook',
  );
  receiver.setSecret(webhook.signingSecret);
  const telegram = await api.post<{ id: string; link: { code: string } }>(
    '/v1/channels',
    { type: 'telegram' },
    'prove-telegram',
  );
  await chats.link(telegram.link.code);
  return { account, api, receiver, channels: { webhook: webhook.id, Telegram: telegram.id } };
}

/** Watches on products that are known already: they bind at once and cover all that is posted from now on. */
export async function makeWatches(
  lanes: readonly Pick<LaneWorkload, 'account' | 'watches'>[],
  tenants: Record<AccountName, Tenant>,
): Promise<Evidence['watches']> {
  const wanted = lanes.flatMap(({ account, watches }) => watches.map((watch) => ({ account, ...watch })));
  const made: Evidence['watches'] = [];
  const inTelegram = new Set<string>();
  const queue = wanted.entries();
  const worker = async (): Promise<void> => {
    for (const [number, watch] of queue) {
      const { account, product, dropPercent, priceBelowMinor } = watch;
      const { api, channels } = tenants[account];
      const chats = chatsOf(watch, number, inTelegram);
      const when = {
        ...(dropPercent !== undefined && { dropPercent }),
        ...(priceBelowMinor !== undefined && { priceBelow: decimal(priceBelowMinor) }),
      };
      const told = [...chats.map((chat) => channels[chat]), 'inbox'];
      const body = { product: { source: SOURCE, product }, when, channels: told };
      const answer = await api.post<{ id: string; productId: string | null }>(
        '/v1/watches',
        body,
        `prove-watch-${number}`,
      );
      if (answer.productId === null) throw new Error(`the watch on ${product} did not bind`);
      made.push({ ...watch, chats, id: answer.id });
    }
  };
  await Promise.all(Array.from({ length: WATCHES_AT_ONCE }, worker));
  return made;
}

/** Telegram takes one message a second: a few watches, and one at most of a product, so that it can be told. */
function chatsOf(
  { product, isSilent, isTelegramOnly }: PlannedWatch,
  number: number,
  inTelegram: Set<string>,
): ChatAttempt['chat'][] {
  if (isSilent) return [];
  if (isTelegramOnly) return ['Telegram'];
  if (number % TELEGRAM_EVERY !== 0 || inTelegram.has(product)) return ['webhook'];
  inTelegram.add(product);
  return ['webhook', 'Telegram'];
}
