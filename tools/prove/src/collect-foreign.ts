import type { Evidence } from './evidence.ts';
import type { Tenant } from './setup.ts';
import { type AccountName, SOURCE } from './workload.ts';

const PROBES_AT_ONCE = 4;

interface Listed {
  product: string | { product: string };
  /** Of products: they are the operator's, for all to read. */
  shared?: boolean;
}

/**
 * What each account sees of the other: by the other's ids, and in its own lists. The operator's products are for
 * all; everything else is its owner's alone.
 */
export async function collectForeign(
  tenants: readonly Tenant[],
  watches: Evidence['watches'],
): Promise<Evidence['foreign']> {
  const foreign: Evidence['foreign'] = { looked: 0, seen: [] };
  for (const me of tenants) {
    const other = tenants.find(({ account }) => account !== me.account)!;
    const ids = watches.filter(({ account }) => account === other.account).map(({ id }) => id);
    const paths = ids.flatMap((id) => [`/v1/watches/${id}`, `/v1/alerts?watchId=${id}`]);
    paths.push(...(await privateProducts(other)));
    const queue = paths.values();
    const probe = async (): Promise<void> => {
      for (const path of queue) {
        foreign.looked += 1;
        const { status, body } = await me.api.once('GET', path);
        if (status === 200 && !isEmpty(body)) foreign.seen.push(`${me.account} reads ${path}`);
      }
    };
    await Promise.all(Array.from({ length: PROBES_AT_ONCE }, probe));
    for (const path of ['/v1/watches', '/v1/alerts', '/v1/products']) {
      for await (const { shared, product } of me.api.list<Listed>(path)) {
        foreign.looked += 1;
        const name = typeof product === 'string' ? product : product.product;
        if (!shared && ownerOf(name) !== me.account)
          foreign.seen.push(`${me.account} finds ${name} in ${path}`);
      }
    }
  }
  return foreign;
}

/** Where the products of an account are, if they are its own alone. */
async function privateProducts({ account, api }: Tenant): Promise<string[]> {
  if (account === 'operator') return [];
  const paths: string[] = [];
  const list = api.list<{ id: string; shared: boolean }>(`/v1/products?source=${SOURCE}`);
  for await (const { id, shared } of list) {
    if (!shared) paths.push(`/v1/products/${id}`, `/v1/products/${id}/history`, `/v1/products/${id}/offers`);
  }
  return paths;
}

const isEmpty = (body: unknown): boolean =>
  Object.values(body as Record<string, unknown>).some((value) => Array.isArray(value) && value.length === 0);

/** Lanes and commands take turns: even ones are the operator's. */
function ownerOf(product: string): AccountName | undefined {
  const number = /^(?:lane|never-seen)-(\d+)/.exec(product)?.[1];
  if (number === undefined) return undefined;
  return Number(number) % 2 === 0 ? 'operator' : 'customer';
}
