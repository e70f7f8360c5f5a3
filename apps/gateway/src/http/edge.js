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
import { context } from '@opentelemetry/api';
import { useBodies } from './bodies.ts';
import { answerClientErrors } from './client-errors.ts';
import { readInput } from './input.ts';
import { requestSeconds } from './metrics.ts';
import { useTracing } from './tracing.ts';
const HEADERS_WITHIN_MS = 15000;
const REQUEST_WITHIN_MS = 300000;
const MAX_CONNECTIONS = 10000;
/**
 * What every request passes, in this order: trace, key and scope (before a byte of the body is read), body, input,
 * idempotency, credits, handler. All of it follows from the route's @Operation.
 */
let Edge = (() => {
  let _classDecorators = [Injectable()];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  var Edge = class {
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
      Edge = _classThis = _classDescriptor.value;
      if (_metadata)
        Object.defineProperty(_classThis, Symbol.metadata, {
          enumerable: true,
          configurable: true,
          writable: true,
          value: _metadata,
        });
      __runInitializers(_classThis, _classExtraInitializers);
    }
    operations;
    authentication;
    commands;
    meter;
    fastify;
    constructor(host, operations, authentication, commands, meter) {
      this.operations = operations;
      this.authentication = authentication;
      this.commands = commands;
      this.meter = meter;
      // Routes are bound after this: the hooks apply to all of them.
      this.fastify = host.httpAdapter.getInstance();
      this.prepare(this.fastify);
    }
    onModuleInit() {
      useBodies(this.fastify); // after Nest has registered its own parsers
    }
    prepare(fastify) {
      fastify.server.headersTimeout = HEADERS_WITHIN_MS;
      fastify.server.requestTimeout = REQUEST_WITHIN_MS;
      fastify.server.maxConnections = MAX_CONNECTIONS;
      answerClientErrors(fastify.server);
      fastify.decorateRequest('caller', null);
      fastify.decorateRequest('lease', null);
      fastify.decorateRequest('subjects', null);
      fastify.decorateRequest('usedCount', 1);
      fastify.decorateRequest('fingerprint', null);
      fastify.decorateRequest('command', null);
      fastify.decorateRequest('receivedAtMs', 0);
      fastify.addHook('onRoute', (route) => this.operations.add(route));
      useTracing(fastify);
      fastify.addHook('onRequest', (request, reply, done) => run(() => this.admit(request, reply), done));
      fastify.addHook('preHandler', (request, reply, done) => {
        const { operation } = request.routeOptions.config;
        if (!operation) return done();
        // Reading the body has left the trace's context: enter it again.
        context.with(request.spanContext, () => {
          run(
            () => this.ready(request, reply, operation),
            (error) => {
              if (error || !reply.sent) done(error);
            },
          );
        });
      });
      fastify.addHook('onSend', (request, reply, payload, done) => {
        run(
          () => this.commands.finish(request, reply, payload),
          (error) => done(error, payload),
        );
      });
      fastify.addHook('onResponse', (request, reply, done) => {
        this.account(request, reply);
        done();
      });
    }
    admit(request, reply) {
      request.receivedAtMs = performance.now();
      reply.header('x-content-type-options', 'nosniff');
      const { operation } = request.routeOptions.config;
      if (!operation || operation.scope === null) return;
      reply.header('cache-control', 'no-store');
      return this.authentication.authenticate(request, operation);
    }
    ready(request, reply, operation) {
      readInput(request, operation);
      const begun = this.commands.begin(request, reply, operation);
      const { caller } = request;
      if (!caller) return begun;
      const setAside = () => {
        if (!reply.sent) return this.meter.setAside(request, caller, operation);
      };
      return begun ? begun.then(setAside) : setAside();
    }
    account(request, reply) {
      const { config, url } = request.routeOptions;
      if (config.operation) this.meter.settle(request, reply, config.operation);
      const seconds = (performance.now() - request.receivedAtMs) / 1000;
      const labels = { method: request.method, route: url ?? 'unknown', status: reply.statusCode };
      if (request.receivedAtMs > 0) requestSeconds.observe(labels, seconds);
    }
  };
  return (Edge = _classThis);
})();
export { Edge };
/** Runs work that may be done at once, without a promise for the usual case. */
function run(work, done) {
  let waiting;
  try {
    waiting = work();
  } catch (error) {
    return done(error);
  }
  if (waiting) waiting.then(() => done(), done);
  else done();
}
