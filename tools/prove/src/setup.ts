import { startWebhookReceiver, type WebhookReceiver } from '@souk/sandbox';
import { Api } from './api.ts';
import type { Evidence } from './evidence.ts';
import type { System } from './system.ts';
import { type AccountName, decimal, type LaneWorkload, SOURCE } from './workload.ts';

const CREDITS = 10_000_000;
const WATCHES_AT_ONCE = 4;

/** An account with its key and the chat that it is told in. */
export interface Tenant {
  account: AccountName;
  api: Api;
  receiver: WebhookReceiver;
  channelId: string;
}

/** The operator's account and one customer that pays for its reads, each with a recording chat. */
export async function makeTenants({ product }: System): Promise<Record<AccountName, Tenant>> {
  const operator = new Api(product.url, product.apiKey);
  const made = await operator.post<{ key: { key: string } }>(
    '/v1/accounts',
    { name: 'customer', credits: CREDITS },
    'prove-customer',
  );
  return {
    operator: await tenantOf('operator', operator),
    customer: await tenantOf('customer', new Api(product.url, made.key.key)),
  };
}

async function tenantOf(account: AccountName, api: Api): Promise<Tenant> {
  const receiver = await startWebhookReceiver();
  const channel = await api.post<{ id: string; signingSecret: string }>(
    '/v1/channels',
    { type: 'webhook', url: `${receiver.url}/${account}` },
    'prove-channel',
  );
  receiver.setSecret(channel.signingSecret);
  return { account, api, receiver, channelId: channel.id };
}

/** Watches on products that are known already: they bind at once and cover all that is posted from now on. */
export async function makeWatches(
  lanes: readonly LaneWorkload[],
  tenants: Record<AccountName, Tenant>,
): Promise<Evidence['watches']> {
  const wanted = lanes.flatMap(({ account, watches }) => watches.map((watch) => ({ account, ...watch })));
  const made: Evidence['watches'] = [];
  const queue = wanted.entries();
  const worker = async (): Promise<void> => {
    for (const [number, watch] of queue) {
      const { account, product, dropPercent, priceBelowMinor } = watch;
      const { api, channelId } = tenants[account];
      const when = {
        ...(dropPercent !== undefined && { dropPercent }),
        ...(priceBelowMinor !== undefined && { priceBelow: decimal(priceBelowMinor) }),
      };
      const body = { product: { source: SOURCE, product }, when, channels: [channelId, 'inbox'] };
      const answer = await api.post<{ id: string; productId: string | null }>(
        '/v1/watches',
        body,
        `prove-watch-${number}`,
      );
      if (answer.productId === null) throw new Error(`the watch on ${product} did not bind`);
      made.push({ ...watch, id: answer.id });
    }
  };
  await Promise.all(Array.from({ length: WATCHES_AT_ONCE }, worker));
  return made;
}
