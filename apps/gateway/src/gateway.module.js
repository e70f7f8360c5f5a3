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
import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccountsController } from './accounts/accounts.controller.ts';
import { AlertStreams } from './alerts/alert-streams.ts';
import { AlertsController } from './alerts/alerts.controller.ts';
import { Authentication } from './auth/authentication.ts';
import { KeyRing } from './auth/key-ring.ts';
import { ChannelsController } from './channels/channels.controller.ts';
import { GATEWAY_CONFIG } from './config.ts';
import { CreditsController } from './credits/credits.controller.ts';
import { DocsController } from './docs/docs.controller.ts';
import { Edge } from './http/edge.ts';
import { Operations } from './http/operations.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { CommandHooks } from './idempotency/command-hooks.ts';
import { IdempotencyStore } from './idempotency/idempotency.store.ts';
import { Idempotency } from './idempotency/idempotency.ts';
import { KeyMaker } from './keys/key-maker.ts';
import { KeysController } from './keys/keys.controller.ts';
import { CreditLeases } from './metering/credit-leases.ts';
import { Meter } from './metering/meter.ts';
import { UsageRecorder } from './metering/usage-recorder.ts';
import { ObservationsController } from './observations/observations.controller.ts';
import { HealthController } from './operations/health.controller.ts';
import { OperationsController } from './operations/operations.controller.ts';
import { PageController } from './page/page.controller.ts';
import { ProductsController } from './products/products.controller.ts';
import { WatchesController } from './watches/watches.controller.ts';
let GatewayModule = (() => {
  let _classDecorators = [
    Module({
      controllers: [
        ObservationsController,
        ProductsController,
        WatchesController,
        AlertsController,
        ChannelsController,
        CreditsController,
        AccountsController,
        KeysController,
        OperationsController,
        HealthController,
        DocsController,
        PageController,
      ],
      providers: [
        Operations,
        Edge,
        { provide: APP_FILTER, useClass: ProblemFilter },
        KeyRing,
        Authentication,
        IdempotencyStore,
        Idempotency,
        CommandHooks,
        UsageRecorder,
        CreditLeases,
        Meter,
        AlertStreams,
        KeyMaker,
      ],
    }),
  ];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  var GatewayModule = class {
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
      GatewayModule = _classThis = _classDescriptor.value;
      if (_metadata)
        Object.defineProperty(_classThis, Symbol.metadata, {
          enumerable: true,
          configurable: true,
          writable: true,
          value: _metadata,
        });
      __runInitializers(_classThis, _classExtraInitializers);
    }
    static register(config) {
      return { module: GatewayModule, providers: [{ provide: GATEWAY_CONFIG, useValue: config }] };
    }
  };
  return (GatewayModule = _classThis);
})();
export { GatewayModule };
