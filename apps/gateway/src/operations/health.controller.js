var __runInitializers =
  (this && this.__runInitializers) ||
  function (thisArg, initializers, value) {
    var useValue = arguments.length > 2;
    for (var i = 0; i < initializers.length; i++) {
      value = useValue ? initializers[i].call(thisArg, value) : initializers[i].call(thisArg);
    }
    return useValue ? value : void 0;
  };
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
import { Controller, Get, Res } from '@nestjs/common';
import { register } from 'prom-client';
import { z } from 'zod';
import { Operation } from '../http/operation.ts';
const Report = z
  .object({
    ready: z.boolean(),
    checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string().optional() })),
  })
  .meta({ id: 'Readiness' });
let HealthController = (() => {
  let _classDecorators = [Controller()];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  let _instanceExtraInitializers = [];
  let _alive_decorators;
  let _ready_decorators;
  let _metrics_decorators;
  var HealthController = class {
    static {
      _classThis = this;
    }
    static {
      const _metadata = typeof Symbol === 'function' && Symbol.metadata ? Object.create(null) : void 0;
      _alive_decorators = [
        Get('healthz'),
        Operation({
          id: 'getHealth',
          summary: 'Whether the process lives',
          scope: null,
          responses: { 200: { description: 'It does.', schema: z.object({ alive: z.literal(true) }) } },
        }),
      ];
      _ready_decorators = [
        Get('readyz'),
        Operation({
          id: 'getReadiness',
          summary: 'Whether it can work, by dependency',
          scope: null,
          responses: {
            200: { description: 'It can.', schema: Report },
            503: { description: 'It cannot; `checks` says why.', schema: Report },
          },
        }),
      ];
      _metrics_decorators = [
        Get('metrics'),
        Operation({
          id: 'getMetrics',
          summary: 'Metrics in the Prometheus text format',
          scope: null,
          responses: { 200: { description: 'Metrics.', contentType: 'text/plain' } },
        }),
      ];
      __esDecorate(
        this,
        null,
        _alive_decorators,
        {
          kind: 'method',
          name: 'alive',
          static: false,
          private: false,
          access: { has: (obj) => 'alive' in obj, get: (obj) => obj.alive },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        this,
        null,
        _ready_decorators,
        {
          kind: 'method',
          name: 'ready',
          static: false,
          private: false,
          access: { has: (obj) => 'ready' in obj, get: (obj) => obj.ready },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        this,
        null,
        _metrics_decorators,
        {
          kind: 'method',
          name: 'metrics',
          static: false,
          private: false,
          access: { has: (obj) => 'metrics' in obj, get: (obj) => obj.metrics },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        null,
        (_classDescriptor = { value: _classThis }),
        _classDecorators,
        { kind: 'class', name: _classThis.name, metadata: _metadata },
        null,
        _classExtraInitializers,
      );
      HealthController = _classThis = _classDescriptor.value;
      if (_metadata)
        Object.defineProperty(_classThis, Symbol.metadata, {
          enumerable: true,
          configurable: true,
          writable: true,
          value: _metadata,
        });
      __runInitializers(_classThis, _classExtraInitializers);
    }
    health = __runInitializers(this, _instanceExtraInitializers);
    constructor(health) {
      this.health = health;
    }
    alive() {
      return { alive: true };
    }
    async ready(reply) {
      const report = await this.health.report();
      if (!report.ready) reply.code(503);
      return report;
    }
    async metrics(reply) {
      reply.header('content-type', register.contentType);
      return register.metrics();
    }
  };
  return (HealthController = _classThis);
})();
export { HealthController };
