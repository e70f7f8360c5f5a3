import type { ServiceName } from '@souk/contracts';
import { type LinkFault, Proxy } from './proxy.ts';

/** What a service is connected to; the chats are those that alerting speaks to. */
export const LINK_ENDS = ['PostgreSQL', 'NATS', 'Redis', 'webhook', 'Telegram'] as const;
export type LinkEnd = (typeof LINK_ENDS)[number];

const VARIABLES: Partial<Record<LinkEnd, string>> = {
  PostgreSQL: 'SOUK_POSTGRES_URL',
  NATS: 'SOUK_NATS_URL',
  Redis: 'SOUK_REDIS_URL',
  Telegram: 'SOUK_TELEGRAM_API_ROOT',
};

/** Proxies between every service and what it is connected to, one for each pair. */
export class Network {
  readonly #proxies = new Map<string, Proxy>();

  /** Makes a proxy for each of these pairs; where it leads is learnt from the service's environment. */
  static async between(pairs: Iterable<readonly [ServiceName, LinkEnd]>): Promise<Network> {
    const network = new Network();
    for (const [service, end] of pairs) network.#proxies.set(`${service} ${end}`, await Proxy.start());
    return network;
  }

  /** The environment of a service with its addresses replaced by those of its proxies. */
  adapt = (service: ServiceName, env: Record<string, string>): Record<string, string> => {
    const adapted = { ...env };
    for (const [end, variable] of Object.entries(VARIABLES)) {
      const address = env[variable];
      const proxy = this.#proxies.get(`${service} ${end}`);
      if (address !== undefined && proxy) adapted[variable] = through(proxy, address);
    }
    return adapted;
  };

  /** An address that leads through the proxy of this pair. */
  through(service: ServiceName, end: LinkEnd, address: string): string {
    return through(this.of(service, end), address);
  }

  of(service: ServiceName, end: LinkEnd): Proxy {
    const proxy = this.#proxies.get(`${service} ${end}`);
    if (!proxy) throw new Error(`there is no proxy between ${service} and ${end}`);
    return proxy;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.close()));
  }
}

function through(proxy: Proxy, address: string): string {
  const url = new URL(address);
  proxy.target = { host: url.hostname, port: Number(url.port) };
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  return url.href;
}

export type { LinkFault };
