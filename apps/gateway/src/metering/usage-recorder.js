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
import { UsageRecorded } from '@souk/contracts';
import { lostUsage } from '../http/metrics.ts';
import { UsageGroups } from './usage-groups.ts';
/** A crash loses at most what was used since the last flush. */
const FLUSH_AFTER_MS = 200;
const RETRY_AFTER_MS = 1000;
const RECORDS_PER_TRANSACTION = 500;
/** Tells billing what was used: grouped, through the outbox, each record once. */
let UsageRecorder = (() => {
  let _classDecorators = [Injectable()];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  var UsageRecorder = class {
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
      UsageRecorder = _classThis = _classDescriptor.value;
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
    clock;
    logger = new Logger('usage');
    groups = new UsageGroups();
    /** Taken out and not yet known to be committed; told again with the same ids. */
    pending = [];
    timer;
    flushing = Promise.resolve();
    constructor(bus, clock) {
      this.bus = bus;
      this.clock = clock;
    }
    record(used) {
      if (!this.groups.add(used, this.clock.now())) lostUsage.inc(used.credits);
      this.schedule(FLUSH_AFTER_MS);
    }
    /** Resolves when what was recorded until now is committed, or could not be. */
    flush() {
      this.flushing = this.flushing.then(() => this.flushAll());
      return this.flushing;
    }
    /** Whether everything recorded is committed. */
    get isFlushed() {
      return this.pending.length === 0 && this.groups.isEmpty;
    }
    async beforeApplicationShutdown() {
      await this.flush();
    }
    async onApplicationShutdown() {
      clearTimeout(this.timer);
      await this.flush();
    }
    schedule(afterMs) {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        void this.flush();
      }, afterMs);
    }
    async flushAll() {
      try {
        while (!this.isFlushed) {
          if (this.pending.length === 0) this.pending = this.groups.take(RECORDS_PER_TRANSACTION);
          await this.commit(this.pending);
          this.pending = [];
        }
      } catch (error) {
        this.logger.warn({ error }, 'usage could not be recorded; trying again');
        this.schedule(RETRY_AFTER_MS);
      }
    }
    async commit(records) {
      const accounts = [...new Set(records.map((record) => record.accountId))];
      await this.bus.transaction(accounts, async ({ publish }) => {
        for (const record of records) {
          publish(UsageRecorded, record, { accountId: record.accountId, key: record.accountId });
        }
      });
    }
  };
  return (UsageRecorder = _classThis);
})();
export { UsageRecorder };
