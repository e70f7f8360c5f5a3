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
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import fastifyStatic from '@fastify/static';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { GATEWAY_CONFIG } from '../config.ts';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { ASSETS, PAGE_FILE } from './assets.ts';
const NameParams = z.object({ name: z.string().max(100) });
const KEY_PLACE = '<!-- key -->';
const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;
/** Own files only; pictures of products come from their shops. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: http: data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
let PageController = (() => {
  let _classDecorators = [Controller()];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  let _instanceExtraInitializers = [];
  let _page_decorators;
  let _asset_decorators;
  var PageController = class {
    static {
      _classThis = this;
    }
    static {
      const _metadata = typeof Symbol === 'function' && Symbol.metadata ? Object.create(null) : void 0;
      _page_decorators = [
        Get(),
        Operation({
          id: 'getPage',
          summary: 'Live page',
          scope: null,
          isHidden: true,
          responses: { 200: { description: 'A page.', contentType: 'text/html' } },
        }),
      ];
      _asset_decorators = [
        Get('assets/:name'),
        Operation({
          id: 'getAsset',
          summary: 'A file of a page',
          scope: null,
          isHidden: true,
          params: NameParams,
          responses: { 200: { description: 'The file.', contentType: 'application/octet-stream' } },
        }),
      ];
      __esDecorate(
        this,
        null,
        _page_decorators,
        {
          kind: 'method',
          name: 'page',
          static: false,
          private: false,
          access: { has: (obj) => 'page' in obj, get: (obj) => obj.page },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        this,
        null,
        _asset_decorators,
        {
          kind: 'method',
          name: 'asset',
          static: false,
          private: false,
          access: { has: (obj) => 'asset' in obj, get: (obj) => obj.asset },
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
      PageController = _classThis = _classDescriptor.value;
      if (_metadata)
        Object.defineProperty(_classThis, Symbol.metadata, {
          enumerable: true,
          configurable: true,
          writable: true,
          value: _metadata,
        });
      __runInitializers(_classThis, _classExtraInitializers);
    }
    config = __runInitializers(this, _instanceExtraInitializers);
    html = '';
    constructor(host, config) {
      this.config = config;
      const fastify = host.httpAdapter.getInstance();
      // Only for reply.sendFile: which files there are says ASSETS.
      void fastify.register(fastifyStatic, { serve: false, root: ASSETS['live.js'].directory });
    }
    async onModuleInit() {
      this.html = await readFile(PAGE_FILE, 'utf8');
    }
    page(request, reply) {
      reply
        .header('content-type', 'text/html; charset=utf-8')
        .header('content-security-policy', POLICY)
        .header('referrer-policy', 'no-referrer')
        .header('cache-control', 'no-store');
      return this.html.replace(KEY_PLACE, this.keyFor(request));
    }
    asset({ name }, reply) {
      const asset = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
      if (!asset) throw new Problem('not-found', 'There is no such file.');
      void reply.sendFile(asset.file, asset.directory, { maxAge: '1h' });
    }
    /**
     * The reading key, for a visitor on this machine who came by a name of this machine: another site that points
     * its own name here gets a page without it.
     */
    keyFor(request) {
      const key = this.config.SOUK_LIVE_PAGE_KEY;
      const isLocal = LOOPBACK.test(request.headers.host ?? '') && isLoopback(request.ip);
      return key && isLocal ? `<meta name="souk-key" content="${key}">` : '';
    }
  };
  return (PageController = _classThis);
})();
export { PageController };
const isLoopback = (address) => /^(::ffff:)?127\.|^::1$/.test(address);
