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
import { Controller, Get, Param, Res } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.ts';
import { Problem, PROBLEMS } from '../http/problem.ts';
import { openApiOf } from './openapi.ts';
const ProblemKind = z
  .object({ type: z.string(), title: z.string(), status: z.int(), advice: z.string() })
  .meta({ id: 'ProblemKind' });
const CodeParams = z.object({ code: z.string() });
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Souk API</title>
<link rel="stylesheet" href="/assets/swagger-ui.css">
</head>
<body>
<noscript>The document itself: <a href="/openapi.json">/openapi.json</a></noscript>
<main id="docs"></main>
<script src="/assets/swagger-ui-bundle.js"></script>
<script src="/assets/docs.js"></script>
</body>
</html>
`;
/** The bundle sets styles of its own in the page; scripts come from here only. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
let DocsController = (() => {
  let _classDecorators = [Controller()];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  let _instanceExtraInitializers = [];
  let _openApi_decorators;
  let _docs_decorators;
  let _problem_decorators;
  var DocsController = class {
    static {
      _classThis = this;
    }
    static {
      const _metadata = typeof Symbol === 'function' && Symbol.metadata ? Object.create(null) : void 0;
      _openApi_decorators = [
        Get('openapi.json'),
        Operation({
          id: 'getOpenApi',
          summary: 'This API as OpenAPI 3.1',
          scope: null,
          responses: {
            200: { description: 'The document.', schema: z.looseObject({ openapi: z.string() }) },
          },
        }),
      ];
      _docs_decorators = [
        Get('docs'),
        Operation({
          id: 'getDocs',
          summary: 'This API, readable',
          scope: null,
          isHidden: true,
          responses: { 200: { description: 'A page.', contentType: 'text/html' } },
        }),
      ];
      _problem_decorators = [
        Get('problems/:code'),
        Operation({
          id: 'getProblem',
          summary: 'What a kind of problem means and what to do',
          scope: null,
          params: CodeParams,
          responses: { 200: { description: 'The kind of problem.', schema: ProblemKind } },
        }),
      ];
      __esDecorate(
        this,
        null,
        _openApi_decorators,
        {
          kind: 'method',
          name: 'openApi',
          static: false,
          private: false,
          access: { has: (obj) => 'openApi' in obj, get: (obj) => obj.openApi },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        this,
        null,
        _docs_decorators,
        {
          kind: 'method',
          name: 'docs',
          static: false,
          private: false,
          access: { has: (obj) => 'docs' in obj, get: (obj) => obj.docs },
          metadata: _metadata,
        },
        null,
        _instanceExtraInitializers,
      );
      __esDecorate(
        this,
        null,
        _problem_decorators,
        {
          kind: 'method',
          name: 'problem',
          static: false,
          private: false,
          access: { has: (obj) => 'problem' in obj, get: (obj) => obj.problem },
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
      DocsController = _classThis = _classDescriptor.value;
      if (_metadata)
        Object.defineProperty(_classThis, Symbol.metadata, {
          enumerable: true,
          configurable: true,
          writable: true,
          value: _metadata,
        });
      __runInitializers(_classThis, _classExtraInitializers);
    }
    operations = __runInitializers(this, _instanceExtraInitializers);
    document;
    constructor(operations) {
      this.operations = operations;
    }
    openApi(reply) {
      // Made once, after all routes are bound.
      this.document ??= JSON.stringify(openApiOf(this.operations.all(), '/'));
      reply.header('content-type', 'application/json; charset=utf-8');
      return this.document;
    }
    docs(reply) {
      reply.header('content-type', 'text/html; charset=utf-8').header('content-security-policy', POLICY);
      return PAGE;
    }
    problem({ code }) {
      const kind = Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code] : undefined;
      if (!kind) throw new Problem('not-found', 'There is no such kind of problem.');
      return { type: `/problems/${code}`, ...kind };
    }
  };
  return (DocsController = _classThis);
})();
export { DocsController };
