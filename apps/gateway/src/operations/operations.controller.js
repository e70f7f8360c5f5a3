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
import { Controller, Get, Query } from '@nestjs/common';
import { ListBudgets, ListConflicts, ListQuarantined, ListSources } from '@souk/contracts';
import { Operation } from '../http/operation.ts';
import { Caller } from '../http/request.ts';
import { BudgetList, QuarantinePage, QuarantineQuery, SourceList } from './operation.schemas.ts';
let OperationsController = (() => {
  let _classDecorators = [Controller('v1')];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  let _instanceExtraInitializers = [];
  let _sources_decorators;
  let _quota_decorators;
  let _quarantine_decorators;
  var OperationsController = class {
    static {
      _classThis = this;
    }
    static {
      const _metadata = typeof Symbol === 'function' && Symbol.metadata ? Object.create(null) : void 0;
      _sources_decorators = [
        Get('sources'),
        Operation({
          id: 'listSources',
          summary: 'Sources that Souk polls, and how they fare',
          scope: 'operator',
          responses: { 200: { description: 'All sources.', schema: SourceList } },
        }),
      ];
      _quota_decorators = [
        Get('quota'),
        Operation({
          id: 'listBudgets',
          summary: 'Budgets of the upstream accounts',
          scope: 'operator',
          responses: { 200: { description: 'All budgets.', schema: BudgetList } },
        }),
      ];
      _quarantine_decorators = [
        Get('quarantine'),
        Operation({
          id: 'listQuarantine',
          summary: 'Observations that were set apart, with the reason, newest first',
          description: 'Two lists, by who set them apart: `judgedBy=form` and `judgedBy=history`.',
          scope: 'read',
          query: QuarantineQuery,
          responses: { 200: { description: 'A page of one list.', schema: QuarantinePage } },
        }),
      ];
      __esDecorate(
        this,
        null,
        _sources_decorators,
        {
          kind: 'method',
          name: 'sources',
          static: false,
          private: false,
          access: { has: (obj) => 'sources' in obj, get: (obj) => obj.sources },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        this,
        null,
        _quota_decorators,
        {
          kind: 'method',
          name: 'quota',
          static: false,
          private: false,
          access: { has: (obj) => 'quota' in obj, get: (obj) => obj.quota },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        this,
        null,
        _quarantine_decorators,
        {
          kind: 'method',
          name: 'quarantine',
          static: false,
          private: false,
          access: { has: (obj) => 'quarantine' in obj, get: (obj) => obj.quarantine },
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
      OperationsController = _classThis = _classDescriptor.value;
      if (_metadata)
        Object.defineProperty(_classThis, Symbol.metadata, {
          enumerable: true,
          configurable: true,
          writable: true,
          value: _metadata,
        });
      __runInitializers(_classThis, _classExtraInitializers);
    }
    bus = __runInitializers(this, _instanceExtraInitializers);
    constructor(bus) {
      this.bus = bus;
    }
    async sources() {
      return { items: (await this.bus.ask(ListSources, {})).sources, next: null };
    }
    async quota() {
      return { items: (await this.bus.ask(ListBudgets, {})).upstreams, next: null };
    }
    async quarantine({ accountId }, { judgedBy, ...page }) {
      const list = judgedBy === 'form' ? ListQuarantined : ListConflicts;
      return this.bus.ask(list, { accountId, ...page });
    }
  };
  return (OperationsController = _classThis);
})();
export { OperationsController };
