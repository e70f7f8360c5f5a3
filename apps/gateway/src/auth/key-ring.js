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
import { AccountChanged, FindKey, KeyChanged } from '@souk/contracts';
import { keyLookups } from '../http/metrics.ts';
import { KeyCache } from './key-cache.ts';
/** Whose key it is: from the cache, or asked of billing. */
let KeyRing = (() => {
  let _classDecorators = [Injectable()];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  var KeyRing = class {
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
      KeyRing = _classThis = _classDescriptor.value;
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
    cache = new KeyCache(() => performance.now());
    asking = new Map();
    forgotten = new Set();
    constructor(bus) {
      this.bus = bus;
      bus.listen(KeyChanged, ({ data }) => {
        this.cache.forget(data.sha256);
        this.asking.delete(data.sha256);
        for (const heard of this.forgotten) heard(data.sha256);
      });
      // What an account may do can have changed for all of its keys.
      bus.listen(AccountChanged, () => this.cache.clear());
      bus.onReconnect(() => this.cache.clear());
    }
    /** The answer at once when it is known; throws a Refusal `unavailable` when billing cannot be asked. */
    find(sha256) {
      const known = this.cache.find(sha256);
      keyLookups.inc({ outcome: known ? 'cached' : 'asked' });
      if (!known) return this.ask(sha256);
      if (known.isAgeing) this.ask(sha256).catch(() => undefined); // asked again once it is too old
      return known.key;
    }
    /** Whether it can be answered without asking. */
    isKnown(sha256) {
      return this.cache.find(sha256) !== undefined;
    }
    /** Hears of keys that were made or revoked, until the returned function is called. */
    onChange(heard) {
      this.forgotten.add(heard);
      return () => this.forgotten.delete(heard);
    }
    /** One question at a time for each key. */
    ask(sha256) {
      const pending = this.asking.get(sha256);
      if (pending) return pending;
      const answered = this.cache.asking(sha256);
      const question = this.bus
        .ask(FindKey, { sha256 })
        .then(({ key }) => {
          answered(key);
          return key;
        })
        .finally(() => {
          if (this.asking.get(sha256) === question) this.asking.delete(sha256);
        });
      this.asking.set(sha256, question);
      return question;
    }
  };
  return (KeyRing = _classThis);
})();
export { KeyRing };
