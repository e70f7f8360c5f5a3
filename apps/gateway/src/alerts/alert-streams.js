var __esDecorate =
  (this && this.__esDecorate) ||
  function (ctor, descriptorIn, decorators, contextIn, initializers, extraInitializers) {
    function accept(f) {
      if (f !== void 0 && typeof f !== 'function') throw new TypeError('Function expected');
      return f;
    }
    var kind = contextIn.kind,
      key = kind === 'getter' ? 'get' : kind === 'setter' ? 'set' : 'value';
    var target = !descriptorIn && ctor ? (contextIn['static'] ? ctor : ctor.prototype) : null;
    var descriptor = descriptorIn || (target ? Object.getOwnPropertyDescriptor(target, contextIn.name) : {});
    var _,
      done = false;
    for (var i = decorators.length - 1; i >= 0; i--) {
      var context = {};
      for (var p in contextIn) context[p] = p === 'access' ? {} : contextIn[p];
      for (var p in contextIn.access) context.access[p] = contextIn.access[p];
      context.addInitializer = function (f) {
        if (done) throw new TypeError('Cannot add initializers after decoration has completed');
        extraInitializers.push(accept(f || null));
      };
      var result = (0, decorators[i])(
        kind === 'accessor' ? { get: descriptor.get, set: descriptor.set } : descriptor[key],
        context,
      );
      if (kind === 'accessor') {
        if (result === void 0) continue;
        if (result === null || typeof result !== 'object') throw new TypeError('Object expected');
        if ((_ = accept(result.get))) descriptor.get = _;
        if ((_ = accept(result.set))) descriptor.set = _;
        if ((_ = accept(result.init))) initializers.unshift(_);
      } else if ((_ = accept(result))) {
        if (kind === 'field') initializers.unshift(_);
        else descriptor[key] = _;
      }
    }
    if (target) Object.defineProperty(target, contextIn.name, descriptor);
    done = true;
  };
var __runInitializers =
  (this && this.__runInitializers) ||
  function (thisArg, initializers, value) {
    var useValue = arguments.length > 2;
    for (var i = 0; i < initializers.length; i++) {
      value = useValue ? initializers[i].call(thisArg, value) : initializers[i].call(thisArg);
    }
    return useValue ? value : void 0;
  };
import { Injectable, Logger } from '@nestjs/common';
import { AlertRaised } from '@souk/contracts';
import { hasScope } from '../auth/authentication.ts';
import { streamClients } from '../http/metrics.ts';
import { Problem } from '../http/problem.ts';
import { AccountFeed, alertsAfter } from './account-feed.ts';
import { comment } from './event-text.ts';
const HEARTBEAT_EVERY_MS = 15000;
/** With the time a key is relied on (4.5 s) it makes that a revoked key's stream is closed within 5 s. */
const CHECK_KEYS_EVERY_MS = 400;
const CATCH_UP_RETRY_MS = 500;
const MAX_CLIENTS = 1000;
const MAX_CLIENTS_OF_ACCOUNT = 100;
/** Hands alerts to everyone who listens: one reading for all clients of an account. */
let AlertStreams = (() => {
  let _classDecorators = [Injectable()];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  var AlertStreams = class {
    static {
      _classThis = this;
    }
    static {
      const _metadata = typeof Symbol === 'function' && Symbol.metadata ? Object.create(null) : void 0;
      __esDecorate(
        null,
        (_classDescriptor = { value: _classThis }),
        _classDecorators,
        { kind: 'class', name: _classThis.name, metadata: _metadata },
        null,
        _classExtraInitializers,
      );
      AlertStreams = _classThis = _classDescriptor.value;
      if (_metadata)
        Object.defineProperty(_classThis, Symbol.metadata, {
          enumerable: true,
          configurable: true,
          writable: true,
          value: _metadata,
        });
      __runInitializers(_classThis, _classExtraInitializers);
    }
    bus;
    keys;
    logger = new Logger('streams');
    accounts = new Map();
    timers = [];
    total = 0;
    constructor(bus, keys) {
      this.bus = bus;
      this.keys = keys;
      bus.listen(AlertRaised, ({ accountId }) => this.accounts.get(accountId)?.feed?.wake());
      bus.onReconnect(() => this.wakeAll());
      keys.onChange(() => void this.checkKeys());
    }
    onApplicationBootstrap() {
      this.timers.push(
        setInterval(() => this.heartbeat(), HEARTBEAT_EVERY_MS),
        setInterval(() => void this.checkKeys(), CHECK_KEYS_EVERY_MS),
      );
    }
    /** Before the server stops accepting: open streams would hold it up. */
    onModuleDestroy() {
      for (const timer of this.timers) clearInterval(timer);
      for (const client of this.allClients())
        client.close('the server restarts: reconnect with Last-Event-ID');
      for (const { feed } of this.accounts.values()) feed?.close();
    }
    /** Throws a Problem when there is no place for one more. */
    mustHavePlace(accountId) {
      if (this.total >= MAX_CLIENTS) {
        throw new Problem('unavailable', 'Too many clients listen already.', { retryAfterMs: 5000 });
      }
      if ((this.accounts.get(accountId)?.clients.size ?? 0) >= MAX_CLIENTS_OF_ACCOUNT) {
        const detail = `At most ${MAX_CLIENTS_OF_ACCOUNT} streams of an account at the same time.`;
        throw new Problem('too-many', detail, { retryAfterMs: 5000 });
      }
    }
    /** Sends what came after the client's position, then everything as it comes, until `leave`. */
    join(client) {
      this.streamsOf(client).clients.add(client);
      this.total += 1;
      streamClients.inc();
      void this.catchUp(client);
    }
    leave(client) {
      const streams = this.accounts.get(client.caller.accountId);
      if (!streams?.clients.delete(client)) return;
      streams.live.delete(client);
      this.total -= 1;
      streamClients.dec();
      if (streams.clients.size > 0) return;
      streams.feed?.close();
      this.accounts.delete(client.caller.accountId);
    }
    streamsOf({ caller }) {
      let streams = this.accounts.get(caller.accountId);
      if (!streams) {
        streams = { clients: new Set(), live: new Set(), feed: undefined };
        this.accounts.set(caller.accountId, streams);
      }
      return streams;
    }
    async catchUp(client) {
      while (client.isOpen && !this.goLive(client)) {
        try {
          const { accountId } = client.caller;
          for (let alerts = await alertsAfter(this.bus, accountId, client.position); alerts.length > 0;) {
            client.send(alerts);
            await client.drained();
            alerts = client.isOpen ? await alertsAfter(this.bus, accountId, client.position) : [];
          }
        } catch {
          // Alerting is away: the client stays connected and gets everything once it is back.
          await new Promise((resolve) => setTimeout(resolve, CATCH_UP_RETRY_MS));
        }
      }
    }
    /** False while the feed of the account is ahead: what lies between has to be read first. */
    goLive(client) {
      const streams = this.accounts.get(client.caller.accountId);
      if (!streams?.clients.has(client)) return true;
      if (streams.feed && streams.feed.position > client.position) return false;
      streams.live.add(client);
      streams.feed ??= new AccountFeed(this.bus, client.caller.accountId, client.position, (alerts) => {
        for (const one of streams.live) one.send(alerts);
      });
      streams.feed.wake();
      return true;
    }
    heartbeat() {
      for (const client of this.allClients()) client.write(comment('heartbeat'));
      this.wakeAll(); // should an event have been lost on the way to this process
    }
    wakeAll() {
      for (const { feed } of this.accounts.values()) feed?.wake();
    }
    *allClients() {
      for (const { clients } of this.accounts.values()) yield* clients;
    }
    /** Closes the streams of keys that were revoked, or that cannot be verified any more. */
    async checkKeys() {
      const byKey = Map.groupBy(this.allClients(), ({ caller }) => caller.sha256);
      await Promise.all(
        [...byKey].map(async ([sha256, clients]) => {
          const reason = await this.reasonToClose(sha256);
          if (!reason) return;
          this.logger.log(
            { keyId: clients[0]?.caller.keyId, clients: clients.length },
            `streams closed: ${reason}`,
          );
          for (const client of clients) client.close(reason);
        }),
      );
    }
    async reasonToClose(sha256) {
      try {
        const key = await this.keys.find(sha256);
        if (!key) return 'the key was revoked';
        return hasScope(key, 'read') ? undefined : 'the key may not read any more';
      } catch {
        return 'the key cannot be verified at the moment: reconnect with Last-Event-ID';
      }
    }
  };
  return (AlertStreams = _classThis);
})();
export { AlertStreams };
