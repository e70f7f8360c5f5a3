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
import { newId } from '@souk/contracts';
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { replayedAnswers } from '../http/metrics.ts';
import { Problem } from '../http/problem.ts';
import { seal, unseal } from './seal.ts';
const LOCK_MS = 30000;
const EXTEND_EVERY_MS = 10000;
/** How long a repeated request waits for the first one. */
const WAIT_MS = 20000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;
const PURGE_EVERY_MS = 60000;
const PURGE_BATCH = 1000;
/** Batches in one run: what is left waits for the next. */
const PURGE_BATCHES = 20;
/** The same Idempotency-Key is the same command: done once, answered alike each time. */
let Idempotency = (() => {
  let _classDecorators = [Injectable()];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  var Idempotency = class {
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
      Idempotency = _classThis = _classDescriptor.value;
      if (_metadata)
        Object.defineProperty(_classThis, Symbol.metadata, {
          enumerable: true,
          configurable: true,
          writable: true,
          value: _metadata,
        });
      __runInitializers(_classThis, _classExtraInitializers);
    }
    store;
    logger = new Logger('idempotency');
    purger;
    constructor(store) {
      this.store = store;
    }
    /** Throws a Problem when the first request is still in work after a while, or had another API key. */
    async begin(caller, key, route) {
      const keyHash = createHash('sha256').update(key).digest();
      const command = { accountId: caller.accountId, keyHash, route };
      const owner = newId();
      const deadlineMs = performance.now() + WAIT_MS;
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
        let stored = await this.store.find(command);
        if (!stored || stored.isFree) {
          if (await this.store.acquire(command, owner, LOCK_MS))
            return this.firstTime(command, owner, caller.apiKey);
          stored = await this.store.find(command);
        }
        if (stored?.state === 'done') return replayOf(stored, command, caller.apiKey);
        if (performance.now() + pauseMs > deadlineMs) throw inProgress();
        await pause(pauseMs * (0.75 + Math.random() / 2));
      }
    }
    onApplicationBootstrap() {
      this.purger = setInterval(() => void this.purge(), PURGE_EVERY_MS);
    }
    onApplicationShutdown() {
      clearInterval(this.purger);
    }
    firstTime(command, owner, apiKey) {
      const extending = setInterval(() => {
        this.store.extend(command, owner, LOCK_MS).catch((error) => {
          this.logger.warn({ error }, 'the lock of a command could not be kept');
        });
      }, EXTEND_EVERY_MS);
      return {
        kind: 'first',
        complete: async ({ bodySha256, status, body }) => {
          clearInterval(extending);
          const response = seal(body, apiKey, contextOf(command));
          await this.store.complete(command, owner, { bodySha256, status, response });
        },
        release: async () => {
          clearInterval(extending);
          await this.store.release(command, owner);
        },
      };
    }
    async purge() {
      try {
        for (let batch = 0; batch < PURGE_BATCHES; batch += 1) {
          if ((await this.store.purge(PURGE_BATCH)) < PURGE_BATCH) return;
        }
      } catch (error) {
        this.logger.warn({ error }, 'old commands could not be purged; trying again');
      }
    }
  };
  return (Idempotency = _classThis);
})();
export { Idempotency };
const contextOf = (command) =>
  createHash('sha256').update(command.accountId).update(command.keyHash).update(command.route).digest();
function replayOf(stored, command, apiKey) {
  const body = unseal(stored.response, apiKey, contextOf(command));
  if (body === undefined || !stored.bodySha256) {
    throw new Problem(
      'idempotency-key-reused',
      'This Idempotency-Key was used with another API key of the account.',
    );
  }
  replayedAnswers.inc();
  return { kind: 'replay', bodySha256: stored.bodySha256, status: stored.status, body };
}
/** Throws unless the repeated request is the one that was answered. */
export function mustBeSame(replay, bodySha256) {
  if (replay.bodySha256.equals(bodySha256)) return;
  throw new Problem('idempotency-key-reused', 'This Idempotency-Key was used with another body or query.');
}
const inProgress = () =>
  new Problem('in-progress', 'The first request with this Idempotency-Key is still being worked on.', {
    retryAfterMs: 2000,
  });
