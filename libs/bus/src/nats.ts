import { inboxPrefixOf } from '@souk/contracts';
import { connect, type NatsConnection } from '@nats-io/transport-node';

/** Connects as the service's own user; waits for a server that is not up yet and reconnects for ever. */
export async function connectNats(url: string, user: string, instance: string): Promise<NatsConnection> {
  const servers = url.split(',').map((part) => part.trim());
  const parsed = new URL(servers[0]!.includes('://') ? servers[0]! : `nats://${servers[0]}`);
  return connect({
    servers: servers.map((server) => {
      const { host } = new URL(server.includes('://') ? server : `nats://${server}`);
      return host;
    }),
    ...(parsed.username && {
      user: decodeURIComponent(parsed.username),
      pass: decodeURIComponent(parsed.password),
    }),
    name: instance,
    inboxPrefix: inboxPrefixOf(user),
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    // A connection that died without a word is given up after three of them.
    pingInterval: 5_000,
    maxPingOut: 2,
    noAsyncTraces: true,
  });
}
