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
import { Catch, HttpException, Logger } from '@nestjs/common';
import { Refusal } from '@souk/contracts';
import { throwError } from 'rxjs';
import { documentOf, Problem, problemOfRefusal } from './problem.ts';
import { instanceOf, traceIdOf } from './request.ts';
/** Whatever goes wrong in a request is answered as a problem document; what is not foreseen is logged, not told. */
let ProblemFilter = (() => {
  let _classDecorators = [Catch()];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  var ProblemFilter = class {
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
      ProblemFilter = _classThis = _classDescriptor.value;
      if (_metadata)
        Object.defineProperty(_classThis, Symbol.metadata, {
          enumerable: true,
          configurable: true,
          writable: true,
          value: _metadata,
        });
      __runInitializers(_classThis, _classExtraInitializers);
    }
    operations;
    logger = new Logger('gateway');
    constructor(operations) {
      this.operations = operations;
    }
    catch(error, host) {
      if (host.getType() !== 'http') return throwError(() => error);
      const http = host.switchToHttp();
      const request = http.getRequest();
      const problem = this.problemOf(error, request);
      if (problem.code === 'internal') {
        this.logger.error(
          { error, route: request.routeOptions?.url, traceId: traceIdOf(request) },
          'request failed',
        );
      }
      return sendProblem(http.getResponse(), problem);
    }
    problemOf(error, request) {
      if (error instanceof Problem) return error;
      if (error instanceof Refusal) return problemOfRefusal(error);
      if (request.is404) return this.unknownRoute(request);
      const status = error instanceof HttpException ? error.getStatus() : undefined;
      if (status === 413) return new Problem('too-large', 'The body is too large.');
      if (status === 415) return new Problem('unsupported-media-type', 'Send application/json.');
      if (status !== undefined && status < 500)
        return new Problem('malformed-request', 'The request cannot be read.');
      return new Problem(
        'internal',
        'Something failed that should not have. The trace id names it in the logs.',
      );
    }
    unknownRoute(request) {
      const path = request.url.split('?', 1)[0].slice(0, 200);
      const allowed = this.operations.methodsOf(request.url);
      if (allowed.length === 0)
        return new Problem('not-found', `There is no ${path}; see /docs for what there is.`);
      const allow = allowed.join(', ');
      return new Problem('method-not-allowed', `${path} takes ${allow}, not ${request.method}.`, {
        headers: { allow },
      });
    }
  };
  return (ProblemFilter = _classThis);
})();
export { ProblemFilter };
export function sendProblem(reply, problem) {
  const { request } = reply;
  const about = { instance: instanceOf(request), traceId: traceIdOf(request) };
  const { status, headers, document } = documentOf(problem, about);
  return reply
    .code(status)
    .headers(headers)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(document));
}
