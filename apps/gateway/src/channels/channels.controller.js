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
import { Body, Controller, Delete, Get, Param, Post, Query, Req } from '@nestjs/common';
import { CreateChannel, DeleteChannel, ListChannels, TestChannel } from '@souk/contracts';
import { idFor } from '../http/idempotency-key.ts';
import { Operation } from '../http/operation.ts';
import { Caller } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import {
  ChannelPage,
  ChannelsQuery,
  ChannelTest,
  CreateChannelBody,
  CreatedChannel,
} from './channel.schemas.ts';
let ChannelsController = (() => {
  let _classDecorators = [Controller('v1/channels')];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  let _instanceExtraInitializers = [];
  let _create_decorators;
  let _list_decorators;
  let _delete_decorators;
  let _test_decorators;
  var ChannelsController = class {
    static {
      _classThis = this;
    }
    static {
      const _metadata = typeof Symbol === 'function' && Symbol.metadata ? Object.create(null) : void 0;
      _create_decorators = [
        Post(),
        Operation({
          id: 'createChannel',
          summary: 'Make a channel that alerts go through',
          scope: 'channels',
          body: CreateChannelBody,
          bodyExample: { type: 'webhook', url: 'https://hooks.example/souk', name: 'My hook' },
          responses: {
            201: { description: 'The channel; secrets are shown this once.', schema: CreatedChannel },
          },
        }),
      ];
      _list_decorators = [
        Get(),
        Operation({
          id: 'listChannels',
          summary: 'Channels',
          scope: 'channels',
          query: ChannelsQuery,
          responses: { 200: { description: 'A page of channels.', schema: ChannelPage } },
        }),
      ];
      _delete_decorators = [
        Delete(':id'),
        Operation({
          id: 'deleteChannel',
          summary: 'Delete a channel; watches no longer deliver there',
          scope: 'channels',
          params: IdParams,
          responses: { 204: { description: 'It is gone.' } },
        }),
      ];
      _test_decorators = [
        Post(':id/test'),
        Operation({
          id: 'testChannel',
          summary: 'Send a test message',
          scope: 'channels',
          params: IdParams,
          responses: { 200: { description: 'How it went.', schema: ChannelTest } },
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
        this,
        null,
        _test_decorators,
        {
          kind: 'method',
          name: 'test',
          static: false,
          private: false,
          access: { has: (obj) => 'test' in obj, get: (obj) => obj.test },
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
      ChannelsController = _classThis = _classDescriptor.value;
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
    async create({ accountId }, { name, ...channel }, request) {
      const channelId = idFor(request, accountId);
      const made = await this.bus.ask(CreateChannel, { accountId, channelId, name, channel });
      const { signingSecret, link } = made;
      return { ...made.channel, ...(signingSecret && { signingSecret }), ...(link && { link }) };
    }
    async list({ accountId }, query) {
      const { channels, next } = await this.bus.ask(ListChannels, { accountId, ...query });
      return { items: channels, next };
    }
    async delete({ accountId }, { id }) {
      await this.bus.ask(DeleteChannel, { accountId, channelId: id });
    }
    async test({ accountId }, { id }) {
      return this.bus.ask(TestChannel, { accountId, channelId: id });
    }
  };
  return (ChannelsController = _classThis);
})();
export { ChannelsController };
