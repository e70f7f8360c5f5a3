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
import { GetCredits, GrantCredits, ListEntries } from '@souk/contracts';
import { idFor } from '../http/idempotency-key.ts';
import { Operation } from '../http/operation.ts';
import { Caller } from '../http/request.ts';
import { CreditsView, EntriesQuery, EntryPage, GrantBody } from './credit.schemas.ts';
let CreditsController = (() => {
  let _classDecorators = [Controller('v1/credits')];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  let _instanceExtraInitializers = [];
  let _balance_decorators;
  let _entries_decorators;
  let _grant_decorators;
  var CreditsController = class {
    static {
      _classThis = this;
    }
    static {
      const _metadata = typeof Symbol === 'function' && Symbol.metadata ? Object.create(null) : void 0;
      _balance_decorators = [
        Get(),
        Operation({
          id: 'getCredits',
          summary: 'Balance',
          scope: 'read',
          responses: { 200: { description: 'The balance.', schema: CreditsView } },
        }),
      ];
      _entries_decorators = [
        Get('entries'),
        Operation({
          id: 'listEntries',
          summary: 'Ledger, newest first',
          scope: 'read',
          query: EntriesQuery,
          responses: { 200: { description: 'A page of entries.', schema: EntryPage } },
        }),
      ];
      _grant_decorators = [
        Post('grants'),
        Operation({
          id: 'grantCredits',
          summary: 'Give credits to an account',
          scope: 'operator',
          body: GrantBody,
          bodyExample: {
            accountId: '0192f0c1-2f3a-7c7e-9d57-0a2b7f6e1c11',
            credits: 10000,
            reason: 'first month',
          },
          responses: { 201: { description: "The account's balance.", schema: CreditsView } },
        }),
      ];
      __esDecorate(
        this,
        null,
        _balance_decorators,
        {
          kind: 'method',
          name: 'balance',
          static: false,
          private: false,
          access: { has: (obj) => 'balance' in obj, get: (obj) => obj.balance },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        this,
        null,
        _entries_decorators,
        {
          kind: 'method',
          name: 'entries',
          static: false,
          private: false,
          access: { has: (obj) => 'entries' in obj, get: (obj) => obj.entries },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        this,
        null,
        _grant_decorators,
        {
          kind: 'method',
          name: 'grant',
          static: false,
          private: false,
          access: { has: (obj) => 'grant' in obj, get: (obj) => obj.grant },
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
      CreditsController = _classThis = _classDescriptor.value;
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
    async balance({ accountId }) {
      return (await this.bus.ask(GetCredits, { accountId })).credits;
    }
    async entries({ accountId }, query) {
      const { entries, next } = await this.bus.ask(ListEntries, { accountId, ...query });
      return { items: entries, next };
    }
    async grant(caller, body, request) {
      const grantId = idFor(request, caller.accountId);
      return (await this.bus.ask(GrantCredits, { ...body, grantId })).credits;
    }
  };
  return (CreditsController = _classThis);
})();
export { CreditsController };
