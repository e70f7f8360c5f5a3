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
import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import { CreateAccount, ListAccounts } from '@souk/contracts';
import { idFor } from '../http/idempotency-key.ts';
import { Operation } from '../http/operation.ts';
import { Caller } from '../http/request.ts';
import { AccountPage, AccountsQuery, CreateAccountBody, CreatedAccount } from './account.schemas.ts';
let AccountsController = (() => {
  let _classDecorators = [Controller('v1/accounts')];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  let _instanceExtraInitializers = [];
  let _create_decorators;
  let _list_decorators;
  var AccountsController = class {
    static {
      _classThis = this;
    }
    static {
      const _metadata = typeof Symbol === 'function' && Symbol.metadata ? Object.create(null) : void 0;
      _create_decorators = [
        Post(),
        Operation({
          id: 'createAccount',
          summary: 'Make an account with its first key',
          scope: 'operator',
          body: CreateAccountBody,
          bodyExample: { name: 'Ada', credits: 1000 },
          responses: {
            201: {
              description: 'The account and its key, whose text is shown this once.',
              schema: CreatedAccount,
            },
          },
        }),
      ];
      _list_decorators = [
        Get(),
        Operation({
          id: 'listAccounts',
          summary: 'All accounts, newest first',
          scope: 'operator',
          query: AccountsQuery,
          responses: { 200: { description: 'A page of accounts.', schema: AccountPage } },
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
        null,
        (_classDescriptor = { value: _classThis }),
        _classDecorators,
        { kind: 'class', name: _classThis.name, metadata: _metadata },
        null,
        _classExtraInitializers,
      );
      AccountsController = _classThis = _classDescriptor.value;
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
    async create(caller, body, request) {
      const accountId = idFor(request, caller.accountId);
      const { account, credits } = await this.bus.ask(CreateAccount, { accountId, ...body });
      const keyId = idFor(request, caller.accountId, 'first key');
      return { ...account, credits, key: await this.keys.make(account.id, keyId, 'first key', ['*']) };
    }
    async list(query) {
      const { accounts, next } = await this.bus.ask(ListAccounts, query);
      return { items: accounts, next };
    }
  };
  return (AccountsController = _classThis);
})();
export { AccountsController };
