import { type DataOf, type EventContract, RELATIONS, SERVICE_NAMES, type ServiceName } from '@souk/contracts';
import type { Seen } from './events.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

/** An event that a story publishes, as its owner would. */
export interface Fact<E extends EventContract = EventContract> {
  contract: E;
  data: DataOf<E>;
  accountId: string;
  /** Chooses the partition: the id of the product, watch or account that it is about. */
  key: string;
}

export const fact = <E extends EventContract>(
  contract: E,
  data: DataOf<E>,
  about: { accountId: string; key: string },
): Fact<E> => ({ contract, data, ...about });

/**
 * Tells what a service does in events alone: what was true before, what happens, what must follow from just that.
 * `given` waits until the services under test have handled what came before; `thenPublished` answers the events that the
 * facts of `when` caused, by their causation id, and no others.
 */
export function given(world: World, ...before: Fact[]) {
  return {
    when: (...now: Fact[]) => ({
      thenPublished: async <E extends EventContract>(
        contract: E,
        count = now.length,
      ): Promise<DataOf<E>[]> => {
        await handled(world, await publishAll(world, before));
        const causes = await publishAll(world, now);
        const caused = (): Seen<E>[] =>
          world
            .events(contract)
            .filter(({ causationId }) => causationId !== undefined && causes.has(causationId));
        await handled(world, causes);
        await until(() => caused().length >= count, { what: `${count} ${contract.type}` });
        return caused().map(({ data }) => data);
      },
    }),
  };
}

async function publishAll(world: World, facts: readonly Fact[]): Promise<Map<string, EventContract>> {
  const ids = new Map<string, EventContract>();
  for (const { contract, data, accountId, key } of facts) {
    ids.set(await world.publish(contract, data, { accountId, key }), contract);
  }
  return ids;
}

/** Waits until every service under test that subscribes to these events has them in its inbox. */
async function handled(world: World, ids: ReadonlyMap<string, EventContract>): Promise<void> {
  for (const service of SERVICE_NAMES) {
    const mine = [...ids].filter(([, contract]) => subscribes(service, contract)).map(([id]) => id);
    if (mine.length === 0 || !world.has(service)) continue;
    await until(
      async () => {
        const rows = await world.sql(service, 'select 1 from bus_inbox where message_id = any ($1)', [mine]);
        return rows.length >= mine.length;
      },
      { what: `${service} to handle ${mine.length} events` },
    );
  }
}

const subscribes = (service: ServiceName, contract: EventContract): boolean =>
  RELATIONS[service].subscribes.some(({ type }) => type === contract.type);
