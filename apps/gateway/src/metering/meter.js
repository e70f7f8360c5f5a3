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
import { Injectable } from '@nestjs/common';
/** Credits are set aside before a request is worked on and spent, or given back, once it was answered. */
let Meter = (() => {
  let _classDecorators = [Injectable()];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  var Meter = class {
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
      Meter = _classThis = _classDescriptor.value;
      if (_metadata)
        Object.defineProperty(_classThis, Symbol.metadata, {
          enumerable: true,
          configurable: true,
          writable: true,
          value: _metadata,
        });
      __runInitializers(_classThis, _classExtraInitializers);
    }
    leases;
    usage;
    constructor(leases, usage) {
      this.leases = leases;
      this.usage = usage;
    }
    /** Throws a Refusal: out of credits, or billing not available. */
    setAside(request, caller, operation) {
      if (!operation.credits || caller.unmetered) return;
      const lease = this.leases.take(caller.accountId, operation.credits);
      if (lease instanceof Promise) {
        return lease.then((taken) => {
          request.lease = taken;
        });
      }
      request.lease = lease;
    }
    /** What was refused or failed costs nothing. */
    settle(request, reply, operation) {
      const { caller, lease } = request;
      const credits = operation.credits ?? 0;
      const isUsed = reply.statusCode < 400 && request.usedCount > 0;
      if (lease && isUsed) this.leases.settle(lease);
      else if (lease) this.leases.giveBack(lease, credits);
      request.lease = null;
      if (!isUsed || !caller || (!operation.credits && !operation.isMetered)) return;
      this.usage.record({
        accountId: caller.accountId,
        keyId: caller.keyId,
        operation: operation.id,
        count: request.usedCount,
        credits,
        ...(lease && { holdId: lease.holdId }),
        subjects: request.subjects ?? [],
      });
    }
  };
  return (Meter = _classThis);
})();
export { Meter };
