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
import { hashApiKey, isWellFormedApiKey, OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { Problem } from '../http/problem.ts';
import { FailedAttempts } from './failed-attempts.ts';
/** Look-ups at the same time for addresses that failed too often. */
const MAX_SUSPECT_LOOKUPS = 16;
const SUSPECT_RETRY_MS = 1000;
/**
 * Who asks, and whether they may. Failures are limited by address; the limit holds up what fails, never a key
 * that is right: a right key is looked up even from an address that failed too often, only such look-ups share
 * a small number of places.
 */
let Authentication = (() => {
  let _classDecorators = [Injectable()];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  var Authentication = class {
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
      Authentication = _classThis = _classDescriptor.value;
      if (_metadata)
        Object.defineProperty(_classThis, Symbol.metadata, {
          enumerable: true,
          configurable: true,
          writable: true,
          value: _metadata,
        });
      __runInitializers(_classThis, _classExtraInitializers);
    }
    keys;
    failures = new FailedAttempts();
    suspectLookups = 0;
    constructor(keys) {
      this.keys = keys;
    }
    /** Sets the caller; throws a Problem 401, 403 or 429. Answers at once when the key is in the cache. */
    authenticate(request, operation) {
      const apiKey = bearerOf(request.headers.authorization);
      if (apiKey === undefined) throw unauthenticated();
      if (!isWellFormedApiKey(apiKey)) throw this.failed(request.ip);
      const sha256 = hashApiKey(apiKey);
      const admit = (key) => {
        if (!key) throw this.failed(request.ip);
        const caller = { ...key, sha256, apiKey };
        mustHaveScope(caller, operation.scope);
        request.caller = caller;
      };
      const found = this.find(sha256, request.ip);
      if (!(found instanceof Promise)) return admit(found);
      return found.then(admit);
    }
    find(sha256, address) {
      const waitMs = this.failures.waitMs(address, performance.now());
      if (waitMs === 0 || this.keys.isKnown(sha256)) return this.keys.find(sha256);
      if (this.suspectLookups >= MAX_SUSPECT_LOOKUPS) throw tooMany(SUSPECT_RETRY_MS);
      this.suspectLookups += 1;
      return Promise.resolve(this.keys.find(sha256)).finally(() => {
        this.suspectLookups -= 1;
      });
    }
    failed(address) {
      const nowMs = performance.now();
      const waitMs = this.failures.waitMs(address, nowMs);
      if (waitMs > 0) return tooMany(waitMs);
      this.failures.note(address, nowMs);
      return unauthenticated();
    }
  };
  return (Authentication = _classThis);
})();
export { Authentication };
function bearerOf(header) {
  return header === undefined ? undefined : (/^Bearer +(\S+) *$/i.exec(header)?.[1] ?? '');
}
/** `*` is everything within the account; what the operator does takes the operator's account as well. */
export function hasScope(caller, scope) {
  if (scope === null) return true;
  if (scope === 'operator' && caller.accountId !== OPERATOR_ACCOUNT_ID) return false;
  return caller.scopes.includes('*') || caller.scopes.includes(scope);
}
function mustHaveScope(caller, scope) {
  if (hasScope(caller, scope)) return;
  const where = scope === 'operator' ? " of the operator's account" : '';
  throw new Problem('missing-scope', `This takes a key${where} with the scope "${scope}".`, {
    members: { missingScope: scope },
  });
}
/** The same words whatever was wrong: nothing to learn for who guesses. */
const unauthenticated = () =>
  new Problem('unauthenticated', 'Send a valid API key: `Authorization: Bearer souk_…`.', {
    headers: { 'www-authenticate': 'Bearer realm="souk"' },
  });
const tooMany = (retryAfterMs) =>
  new Problem('too-many', 'Too many requests from this address carried no valid API key.', { retryAfterMs });
