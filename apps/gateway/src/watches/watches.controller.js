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
import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { CreateWatch, DeleteWatch, GetWatch, ListWatches, UpdateWatch } from '@souk/contracts';
import { idFor } from '../http/idempotency-key.ts';
import { Operation } from '../http/operation.ts';
import { Caller } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import {
  CreatedWatch,
  CreateWatchBody,
  UpdateWatchBody,
  WatchesQuery,
  WatchPage,
  WatchView,
} from './watch.schemas.ts';
let WatchesController = (() => {
  let _classDecorators = [Controller('v1/watches')];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  let _instanceExtraInitializers = [];
  let _create_decorators;
  let _list_decorators;
  let _get_decorators;
  let _update_decorators;
  let _delete_decorators;
  var WatchesController = class {
    static {
      _classThis = this;
    }
    static {
      const _metadata = typeof Symbol === 'function' && Symbol.metadata ? Object.create(null) : void 0;
      _create_decorators = [
        Post(),
        Operation({
          id: 'createWatch',
          summary: 'Watch a product',
          scope: 'watches',
          body: CreateWatchBody,
          bodyExample: {
            product: { source: 'steam', product: '730' },
            when: { dropPercent: 30 },
            channels: ['inbox'],
          },
          responses: { 201: { description: 'The watch.', schema: CreatedWatch } },
        }),
      ];
      _list_decorators = [
        Get(),
        Operation({
          id: 'listWatches',
          summary: 'Watches, newest first',
          scope: 'read',
          query: WatchesQuery,
          responses: { 200: { description: 'A page of watches.', schema: WatchPage } },
        }),
      ];
      _get_decorators = [
        Get(':id'),
        Operation({
          id: 'getWatch',
          summary: 'One watch',
          scope: 'read',
          params: IdParams,
          responses: { 200: { description: 'The watch.', schema: WatchView } },
        }),
      ];
      _update_decorators = [
        Patch(':id'),
        Operation({
          id: 'updateWatch',
          summary: 'Change conditions, channels or pause',
          scope: 'watches',
          params: IdParams,
          body: UpdateWatchBody,
          bodyExample: { paused: true },
          responses: { 200: { description: 'The watch as it is now.', schema: WatchView } },
        }),
      ];
      _delete_decorators = [
        Delete(':id'),
        Operation({
          id: 'deleteWatch',
          summary: 'Delete a watch; its alerts stay',
          scope: 'watches',
          params: IdParams,
          responses: { 204: { description: 'It is gone.' } },
        }),
      ];
      __esDecorate(
        this,
        null,
        _create_decorators,
        {
          kind: 'method',
          name: 'create',
          static: false,
          private: false,
          access: { has: (obj) => 'create' in obj, get: (obj) => obj.create },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        this,
        null,
        _list_decorators,
        {
          kind: 'method',
          name: 'list',
          static: false,
          private: false,
          access: { has: (obj) => 'list' in obj, get: (obj) => obj.list },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        this,
        null,
        _get_decorators,
        {
          kind: 'method',
          name: 'get',
          static: false,
          private: false,
          access: { has: (obj) => 'get' in obj, get: (obj) => obj.get },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        this,
        null,
        _update_decorators,
        {
          kind: 'method',
          name: 'update',
          static: false,
          private: false,
          access: { has: (obj) => 'update' in obj, get: (obj) => obj.update },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        this,
        null,
        _delete_decorators,
        {
          kind: 'method',
          name: 'delete',
          static: false,
          private: false,
          access: { has: (obj) => 'delete' in obj, get: (obj) => obj.delete },
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
      WatchesController = _classThis = _classDescriptor.value;
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
    async create({ accountId }, body, request) {
      const watchId = idFor(request, accountId);
      const { watch, alreadyTrue } = await this.bus.ask(CreateWatch, { accountId, watchId, ...body });
      return { ...watch, alreadyTrue };
    }
    async list({ accountId }, query) {
      const { watches, next } = await this.bus.ask(ListWatches, { accountId, ...query });
      return { items: watches, next };
    }
    async get({ accountId }, { id }) {
      return (await this.bus.ask(GetWatch, { accountId, watchId: id })).watch;
    }
    async update({ accountId }, { id }, body) {
      return (await this.bus.ask(UpdateWatch, { accountId, watchId: id, ...body })).watch;
    }
    async delete({ accountId }, { id }) {
      await this.bus.ask(DeleteWatch, { accountId, watchId: id });
    }
  };
  return (WatchesController = _classThis);
})();
export { WatchesController };
