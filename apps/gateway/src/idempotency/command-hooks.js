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
import { idempotencyKeyOf } from '../http/idempotency-key.ts';
import { Problem } from '../http/problem.ts';
import { mustBeSame } from './idempotency.ts';
/** Answers that a repeated request may find changed: credit can be granted, a service can come back. */
const NOT_KEPT = new Set([402, 408, 413, 429]);
/** Does every POST with an Idempotency-Key once. Streamed bodies begin in their handler, once they are read. */
let CommandHooks = (() => {
  let _classDecorators = [Injectable()];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  var CommandHooks = class {
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
      CommandHooks = _classThis = _classDescriptor.value;
      if (_metadata)
        Object.defineProperty(_classThis, Symbol.metadata, {
          enumerable: true,
          configurable: true,
          writable: true,
          value: _metadata,
        });
      __runInitializers(_classThis, _classExtraInitializers);
    }
    idempotency;
    logger = new Logger('idempotency');
    constructor(idempotency) {
      this.idempotency = idempotency;
    }
    /** Before the handler: the first request goes on, a repeated one is answered here. */
    begin(request, reply, operation) {
      if (request.method !== 'POST' || operation.streamedBody || !request.caller) return;
      const key = idempotencyKeyOf(request);
      if (key === undefined) return;
      const fingerprint = request.fingerprint ?? Buffer.alloc(32);
      return this.start(request, key).then((replay) => {
        if (!replay) {
          request.command.bodySha256 = fingerprint;
          return;
        }
        mustBeSame(replay, fingerprint);
        void sendReplay(reply, replay);
      });
    }
    /** The answer of the first time, or undefined when this is the first; then `request.command` is set. */
    async start(request, key) {
      const caller = request.caller;
      if (!caller) throw new Error('only a known caller has commands');
      const begun = await this.idempotency.begin(caller, key, routeOf(request));
      if (begun.kind === 'replay') return begun;
      request.command = { first: begun, bodySha256: null };
      return undefined;
    }
    /** Stores the answer before it is sent, so that it can be had again once the client has seen it. */
    finish(request, reply, payload) {
      const { command } = request;
      if (!command) return;
      request.command = null;
      const { first, bodySha256 } = command;
      const isKept = bodySha256 !== null && reply.statusCode < 500 && !NOT_KEPT.has(reply.statusCode);
      const body = typeof payload === 'string' ? payload : '';
      const stored = isKept
        ? first.complete({ bodySha256, status: reply.statusCode, body })
        : first.release();
      // The work is done: a client that repeats it makes the same things with the same ids.
      return stored.catch((error) => this.logger.warn({ error }, 'an answer could not be stored'));
    }
  };
  return (CommandHooks = _classThis);
})();
export { CommandHooks };
export function sendReplay(reply, { status, body }) {
  const contentType =
    status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8';
  return reply
    .code(status)
    .header('content-type', contentType)
    .header('idempotency-replayed', 'true')
    .send(body);
}
/** Method and path: what a key is used for. The query is part of the fingerprint. */
function routeOf(request) {
  const path = request.url.split('?', 1)[0];
  if (path.length > 500) throw new Problem('not-found', 'There is no such address.');
  return `${request.method} ${path}`;
}
