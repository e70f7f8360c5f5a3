import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { AlertRaised, NoticeRaised } from '@souk/contracts';
import { KeyRing } from '../auth/key-ring.ts';
import { CHECK_KEYS_EVERY_MS, reasonToClose } from '../auth/reason-to-close.ts';
import { streamClients } from '../http/metrics.ts';
import { StreamPlaces } from '../http/stream-places.ts';
import { AccountFeed, entriesAfter } from './account-feed.ts';
import { comment } from './event-text.ts';
import type { StreamClient } from './stream-client.ts';

const HEARTBEAT_EVERY_MS = 15_000;
const CATCH_UP_RETRY_MS = 500;
const RESTARTS = 'the server restarts: reconnect with Last-Event-ID';
const MAX_CLIENTS = 1_000;
const MAX_CLIENTS_OF_ACCOUNT = 100;

interface AccountStreams {
  /** All of the account's clients, those that catch up as well. */
  clients: Set<StreamClient>;
  /** Clients that have all there was, and get what comes. */
  live: Set<StreamClient>;
  feed: AccountFeed | undefined;
}

/** Hands alerts and notices to everyone who listens: one reading for all clients of an account. */
@Injectable()
export class AlertStreams implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('streams');
  private readonly accounts = new Map<string, AccountStreams>();
  private readonly timers: NodeJS.Timeout[] = [];
  private isStopping = false;
  private readonly places = new StreamPlaces({
    ofAll: MAX_CLIENTS,
    ofAccount: MAX_CLIENTS_OF_ACCOUNT,
    called: 'streams of an account',
  });

  constructor(
    private readonly bus: Bus,
    private readonly keys: KeyRing,
  ) {
    bus.listen(AlertRaised, ({ accountId }) => this.accounts.get(accountId)?.feed?.wake());
    bus.listen(NoticeRaised, ({ accountId }) => this.accounts.get(accountId)?.feed?.wake());
    bus.onReconnect(() => this.wakeAll());
    keys.onChange(() => void this.checkKeys());
  }

  onApplicationBootstrap(): void {
    this.timers.push(
      setInterval(() => this.heartbeat(), HEARTBEAT_EVERY_MS),
      setInterval(() => void this.checkKeys(), CHECK_KEYS_EVERY_MS),
    );
  }

  /** Before the server stops accepting: open streams would hold it up. */
  onModuleDestroy(): void {
    this.isStopping = true;
    for (const timer of this.timers) clearInterval(timer);
    for (const client of this.allClients()) client.close(RESTARTS);
    for (const { feed } of this.accounts.values()) feed?.close();
  }

  /** A place until the connection ends; to be taken before anything is waited for. Throws a Problem when there is none. */
  takePlace(accountId: string, response: ServerResponse): void {
    this.places.take(accountId, response);
  }

  /** Sends what came after the client's position, then everything as it comes, until `leave`. */
  join(client: StreamClient): void {
    if (this.isStopping) return client.close(RESTARTS);
    this.streamsOf(client).clients.add(client);
    streamClients.inc();
    void this.catchUp(client);
  }

  leave(client: StreamClient): void {
    const streams = this.accounts.get(client.caller.accountId);
    if (!streams?.clients.delete(client)) return;
    streams.live.delete(client);
    streamClients.dec();
    if (streams.clients.size > 0) return;
    streams.feed?.close();
    this.accounts.delete(client.caller.accountId);
  }

  private streamsOf({ caller }: StreamClient): AccountStreams {
    let streams = this.accounts.get(caller.accountId);
    if (!streams) {
      streams = { clients: new Set(), live: new Set(), feed: undefined };
      this.accounts.set(caller.accountId, streams);
    }
    return streams;
  }

  /** Reads at least once before the client is live: only alerting knows whether there is such a position at all. */
  private async catchUp(client: StreamClient): Promise<void> {
    while (client.isOpen) {
      const { position } = client;
      if ((await this.readMissed(client)) && this.goLive(client)) return;
      // Alerting is away, or tells less than the feed has had: the client stays connected and gets everything later.
      if (client.position === position) await pause(CATCH_UP_RETRY_MS);
    }
  }

  /** False while alerting is away. */
  private async readMissed(client: StreamClient): Promise<boolean> {
    try {
      for (let isMore = true; isMore && client.isOpen;) {
        const page = await entriesAfter(this.bus, client.caller.accountId, client.position);
        client.cutTo(page.newest);
        client.send(page.entries);
        await client.drained();
        isMore = page.isMore && page.entries.length > 0;
      }
      return true;
    } catch {
      return false;
    }
  }

  /** False while the feed of the account is ahead: what lies between has to be read first. */
  private goLive(client: StreamClient): boolean {
    const streams = this.accounts.get(client.caller.accountId);
    if (!streams?.clients.has(client)) return true;
    if (streams.feed && streams.feed.position > client.position) return false;
    streams.live.add(client);
    streams.feed ??= new AccountFeed(this.bus, client.caller.accountId, client.position, (entries) => {
      for (const one of streams.live) one.send(entries);
    });
    streams.feed.wake();
    return true;
  }

  private heartbeat(): void {
    for (const client of this.allClients()) client.write(comment('heartbeat'));
    this.wakeAll(); // should an event have been lost on the way to this process
  }

  private wakeAll(): void {
    for (const { feed } of this.accounts.values()) feed?.wake();
  }

  private *allClients(): Generator<StreamClient> {
    for (const { clients } of this.accounts.values()) yield* clients;
  }

  /** Closes the streams of keys that were revoked, or that cannot be verified any more. */
  private async checkKeys(): Promise<void> {
    // A response that never had its turn on its connection is not told to be closed.
    for (const client of this.allClients()) if (!client.isOpen) this.leave(client);
    const byKey = Map.groupBy(this.allClients(), ({ caller }) => caller.sha256);
    await Promise.all(
      [...byKey].map(async ([sha256, clients]) => {
        const reason = await reasonToClose(this.keys, sha256);
        if (!reason) return;
        this.logger.log(
          { keyId: clients[0]?.caller.keyId, clients: clients.length },
          `streams closed: ${reason}`,
        );
        for (const client of clients) client.close(reason);
      }),
    );
  }
}
