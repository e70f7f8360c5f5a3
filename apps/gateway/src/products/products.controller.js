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
import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { FindProducts, GetDeals, GetHistory, GetProducts, TARIFF } from '@souk/contracts';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { Caller } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import { dealSummary, dealView, offerView, pointView, productView } from './product-view.ts';
import {
  DealView,
  HistoryPage,
  HistoryQuery,
  OfferList,
  ProductPage,
  ProductsQuery,
  ProductView,
} from './product.schemas.ts';
const read = { scope: 'read', credits: TARIFF.read };
let ProductsController = (() => {
  let _classDecorators = [Controller('v1/products')];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  let _instanceExtraInitializers = [];
  let _list_decorators;
  let _get_decorators;
  let _history_decorators;
  let _deal_decorators;
  let _offers_decorators;
  var ProductsController = class {
    static {
      _classThis = this;
    }
    static {
      const _metadata = typeof Symbol === 'function' && Symbol.metadata ? Object.create(null) : void 0;
      _list_decorators = [
        Get(),
        Operation({
          ...read,
          id: 'listProducts',
          summary: 'Find products',
          description:
            "Own products and those shared by the operator, own ones first. A product id names a listing: one shop's product.",
          query: ProductsQuery,
          responses: { 200: { description: 'A page of products.', schema: ProductPage } },
        }),
      ];
      _get_decorators = [
        Get(':id'),
        Operation({
          ...read,
          id: 'getProduct',
          summary: 'One product',
          params: IdParams,
          responses: { 200: { description: 'The product with its current offer.', schema: ProductView } },
        }),
      ];
      _history_decorators = [
        Get(':id/history'),
        Operation({
          ...read,
          id: 'getHistory',
          summary: 'Its prices, oldest first',
          params: IdParams,
          query: HistoryQuery,
          responses: { 200: { description: 'A page of price points.', schema: HistoryPage } },
        }),
      ];
      _deal_decorators = [
        Get(':id/deal'),
        Operation({
          ...read,
          id: 'getDeal',
          summary: 'How good its present price is, and why',
          params: IdParams,
          responses: {
            200: {
              description: 'The score with its factors and the statistics behind it.',
              schema: DealView,
            },
          },
        }),
      ];
      _offers_decorators = [
        Get(':id/offers'),
        Operation({
          ...read,
          id: 'listOffers',
          summary: 'Its offers by seller and condition, newest first',
          params: IdParams,
          responses: { 200: { description: 'All offers.', schema: OfferList } },
        }),
      ];
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
        _history_decorators,
        {
          kind: 'method',
          name: 'history',
          static: false,
          private: false,
          access: { has: (obj) => 'history' in obj, get: (obj) => obj.history },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        this,
        null,
        _deal_decorators,
        {
          kind: 'method',
          name: 'deal',
          static: false,
          private: false,
          access: { has: (obj) => 'deal' in obj, get: (obj) => obj.deal },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        this,
        null,
        _offers_decorators,
        {
          kind: 'method',
          name: 'offers',
          static: false,
          private: false,
          access: { has: (obj) => 'offers' in obj, get: (obj) => obj.offers },
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
      ProductsController = _classThis = _classDescriptor.value;
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
    async list(caller, query, request) {
      const { q, source, product, limit, cursor, include } = query;
      request.subjects = [
        q ? `q:${q}` : '',
        source || product ? `${source ?? ''}:${product ?? ''}` : '',
      ].filter(Boolean);
      const { accountId } = caller;
      const found = await this.bus.ask(FindProducts, { accountId, source, product, text: q, limit, cursor });
      const items = found.products.map(productView);
      if (include !== 'deal' || items.length === 0) return { items, next: found.next };
      const { deals } = await this.bus.ask(GetDeals, { accountId, productIds: items.map(({ id }) => id) });
      const dealOf = new Map(deals.map((deal) => [deal.productId, dealSummary(deal)]));
      return {
        items: items.map((item) => ({ ...item, deal: dealOf.get(item.id) ?? null })),
        next: found.next,
      };
    }
    async get(caller, { id }, request) {
      request.subjects = [id];
      return productView(await this.mustFind(caller, id));
    }
    async history(caller, { id }, query, request) {
      request.subjects = [id];
      const { points, next } = await this.bus.ask(GetHistory, {
        accountId: caller.accountId,
        productId: id,
        ...query,
      });
      if (points.length === 0) await this.mustFind(caller, id);
      return { points: points.map(pointView), next };
    }
    async deal(caller, { id }, request) {
      request.subjects = [id];
      const { deals } = await this.bus.ask(GetDeals, { accountId: caller.accountId, productIds: [id] });
      if (deals[0]) return dealView(deals[0]);
      await this.mustFind(caller, id);
      throw new Problem('not-found', 'The product has no price yet; once one is stored there is a deal.');
    }
    async offers(caller, { id }, request) {
      request.subjects = [id];
      const { offers } = await this.mustFind(caller, id);
      return { items: offers.map(offerView), next: null };
    }
    async mustFind(caller, id) {
      const { products } = await this.bus.ask(GetProducts, { accountId: caller.accountId, productIds: [id] });
      if (products[0]) return products[0];
      throw new Problem(
        'not-found',
        'There is no such product among those of the account and the shared ones.',
      );
    }
  };
  return (ProductsController = _classThis);
})();
export { ProductsController };
