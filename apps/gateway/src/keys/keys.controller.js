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
import { ListKeys, RevokeKey } from '@souk/contracts';
import { hasScope } from '../auth/authentication.ts';
import { idFor } from '../http/idempotency-key.ts';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { Caller } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import { CreatedKey, CreateKeyBody, KeyPage, KeysQuery } from './key.schemas.ts';
let KeysController = (() => {
  let _classDecorators = [Controller('v1/keys')];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  let _instanceExtraInitializers = [];
  let _create_decorators;
  let _list_decorators;
  let _revoke_decorators;
  var KeysController = class {
    static {
      _classThis = this;
    }
    static {
      const _metadata = typeof Symbol === 'function' && Symbol.metadata ? Object.create(null) : void 0;
      _create_decorators = [
        Post(),
        Operation({
          id: 'createKey',
          summary: 'Make an API key',
          scope: 'keys',
          body: CreateKeyBody,
          bodyExample: { name: 'importer', scopes: ['observations'] },
          responses: { 201: { description: 'The key, with its text.', schema: CreatedKey } },
        }),
      ];
      _list_decorators = [
        Get(),
        Operation({
          id: 'listKeys',
          summary: 'Keys, newest first, revoked ones too',
          scope: 'keys',
          query: KeysQuery,
          responses: { 200: { description: 'A page of keys, without their texts.', schema: KeyPage } },
        }),
      ];
      _revoke_decorators = [
        Delete(':id'),
        Operation({
          id: 'revokeKey',
          summary: 'Revoke a key; refused everywhere within 5 s',
          scope: 'keys',
          params: IdParams,
          responses: { 204: { description: 'It is revoked.' } },
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
        _revoke_decorators,
        {
          kind: 'method',
          name: 'revoke',
          static: false,
          private: false,
          access: { has: (obj) => 'revoke' in obj, get: (obj) => obj.revoke },
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
      KeysController = _classThis = _classDescriptor.value;
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
    keys;
    constructor(bus, keys) {
      this.bus = bus;
      this.keys = keys;
    }
    async create(caller, { name, scopes }, request) {
      for (const scope of scopes) mustBeAbleToGive(caller, scope);
      return this.keys.make(caller.accountId, idFor(request, caller.accountId), name, scopes);
    }
    async list({ accountId }, query) {
      const { keys, next } = await this.bus.ask(ListKeys, { accountId, ...query });
      return { items: keys, next };
    }
    async revoke({ accountId }, { id }) {
      await this.bus.ask(RevokeKey, { accountId, keyId: id });
    }
  };
  return (KeysController = _classThis);
})();
export { KeysController };
/** A key makes no stronger keys than itself. */
function mustBeAbleToGive(caller, scope) {
  const may = scope === '*' ? caller.scopes.includes('*') : hasScope(caller, scope);
  if (may) return;
  throw new Problem('missing-scope', `A key can give no scope that it does not have: "${scope}".`, {
    members: { missingScope: scope },
  });
}
