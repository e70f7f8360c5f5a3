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
import { newId, Refusal, ReleaseCredits, ReserveCredits } from '@souk/contracts';
import { leaseEvents, openLeases } from '../http/metrics.ts';
import { AccountLeases, LEASE } from './lease.ts';
const SWEEP_EVERY_MS = 5000;
/** After a refusal for lack of credit billing is not asked again within this time. */
const REFUSED_FOR_MS = 1000;
const MAX_REFUSED = 10000;
const RELEASE_DEADLINE_MS = 1000;
/** Spends credits that were set aside: no question to billing for each request. */
let CreditLeases = (() => {
  let _classDecorators = [Injectable()];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  var CreditLeases = class {
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
      CreditLeases = _classThis = _classDescriptor.value;
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
    usage;
    logger = new Logger('leases');
    accounts = new Map();
    taking = new Map();
    refused = new Map();
    sweeper;
    constructor(bus, usage) {
      this.bus = bus;
      this.usage = usage;
    }
    /** Takes credits, at once when a lease has them. Throws billing's refusal: out of credits, or not available. */
    take(accountId, credits) {
      const leases = this.leasesOf(accountId);
      const lease = leases.take(credits, performance.now());
      if (!lease) return this.takeAfterRenewal(accountId, credits);
      if (leases.needsMore(performance.now())) this.renew(accountId).catch(() => undefined); // asked for when needed
      return lease;
    }
    /** The request was answered: its credits are spent. */
    settle(lease) {
      lease.inFlight -= 1;
    }
    /** The request failed: it costs nothing. */
    giveBack(lease, credits) {
      lease.inFlight -= 1;
      lease.remaining += credits;
    }
    onApplicationBootstrap() {
      this.sweeper = setInterval(() => void this.sweep(performance.now()), SWEEP_EVERY_MS);
    }
    async onApplicationShutdown() {
      clearInterval(this.sweeper);
      await this.usage.flush();
      await this.sweep(Number.POSITIVE_INFINITY);
    }
    leasesOf(accountId) {
      let leases = this.accounts.get(accountId);
      if (!leases) {
        leases = new AccountLeases();
        this.accounts.set(accountId, leases);
      }
      return leases;
    }
    async takeAfterRenewal(accountId, credits) {
      // Others may have emptied the new lease by the time it is here: ask a few times, never for ever.
      for (let attempt = 0; attempt < 5; attempt += 1) {
        await this.renew(accountId);
        const lease = this.leasesOf(accountId).take(credits, performance.now());
        if (lease) return lease;
      }
      throw new Refusal('unavailable', 'too many requests at once for the credits set aside; try again', {
        retryAfterMs: 1000,
      });
    }
    /** One question at a time for each account. */
    renew(accountId) {
      const pending = this.taking.get(accountId);
      if (pending) return pending;
      const refused = this.refused.get(accountId);
      if (refused && refused.untilMs > performance.now()) return Promise.reject(refused.refusal);
      const question = this.reserve(accountId).finally(() => this.taking.delete(accountId));
      this.taking.set(accountId, question);
      return question;
    }
    async reserve(accountId) {
      const askedAtMs = performance.now();
      try {
        const { hold } = await this.bus.ask(ReserveCredits, {
          accountId,
          holdId: newId(),
          amount: LEASE.credits,
          atMost: true,
          expiresInMs: LEASE.expiresInMs,
          reason: 'reads',
        });
        const usableUntilMs = askedAtMs + LEASE.usableForMs;
        this.leasesOf(accountId).add({
          holdId: hold.id,
          accountId,
          remaining: hold.amount,
          usableUntilMs,
          inFlight: 0,
        });
        leaseEvents.inc({ outcome: 'taken' });
        openLeases.inc();
      } catch (error) {
        const isOutOfCredit = error instanceof Refusal && error.code === 'payment-required';
        leaseEvents.inc({ outcome: isOutOfCredit ? 'refused' : 'failed' });
        if (isOutOfCredit) this.noteRefused(accountId, error);
        throw error;
      }
    }
    noteRefused(accountId, refusal) {
      if (this.refused.size >= MAX_REFUSED) this.refused.clear();
      this.refused.set(accountId, { untilMs: performance.now() + REFUSED_FOR_MS, refusal });
    }
    /** Gives back what is left of leases that are done with. What cannot be given back expires by itself. */
    async sweep(nowMs) {
      for (const [accountId, refused] of this.refused)
        if (refused.untilMs <= nowMs) this.refused.delete(accountId);
      // What was spent is told first: billing then captures it from the hold and not from what is available.
      if (!this.usage.isFlushed && Number.isFinite(nowMs)) return;
      const done = [];
      for (const [accountId, leases] of this.accounts) {
        done.push(...leases.removeDone(nowMs));
        if (leases.isEmpty && !this.taking.has(accountId)) this.accounts.delete(accountId);
      }
      openLeases.dec(done.length);
      const rest = done.filter((lease) => lease.remaining > 0);
      const results = await Promise.allSettled(
        rest.map(({ accountId, holdId }) =>
          this.bus.ask(ReleaseCredits, { accountId, holdId }, { deadlineMs: RELEASE_DEADLINE_MS }),
        ),
      );
      const failed = results.filter(({ status }) => status === 'rejected').length;
      leaseEvents.inc({ outcome: 'released' }, rest.length - failed);
      if (failed > 0)
        this.logger.warn({ leases: failed }, 'leases could not be given back; they expire by themselves');
    }
  };
  return (CreditLeases = _classThis);
})();
export { CreditLeases };
