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
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ListAlerts } from '@souk/contracts';
import { Operation } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { Caller } from '../http/request.ts';
import { newestPosition } from './account-feed.ts';
import { alertView } from './alert-view.ts';
import { AlertPage, AlertsQuery, StreamQuery } from './alert.schemas.ts';
import { positionMark } from './event-text.ts';
import { StreamClient } from './stream-client.ts';
let AlertsController = (() => {
  let _classDecorators = [Controller('v1/alerts')];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  let _instanceExtraInitializers = [];
  let _list_decorators;
  let _stream_decorators;
  var AlertsController = class {
    static {
      _classThis = this;
    }
    static {
      const _metadata = typeof Symbol === 'function' && Symbol.metadata ? Object.create(null) : void 0;
      _list_decorators = [
        Get(),
        Operation({
          id: 'listAlerts',
          summary: 'Alerts, newest first',
          scope: 'read',
          query: AlertsQuery,
          responses: { 200: { description: 'A page of alerts.', schema: AlertPage } },
        }),
      ];
      _stream_decorators = [
        Get('stream'),
        Operation({
          id: 'streamAlerts',
          summary: 'Alerts as they are raised (server-sent events)',
          description:
            'Each event `alert` carries an alert as in the list; its `id:` is the position. After a break send the last id ' +
            'in the header Last-Event-ID (or as `?after=`): what was missed comes first, nothing twice, in order. Without ' +
            'it the stream begins now. A comment every 15 s keeps the connection open; a client that does not read is closed.',
          scope: 'read',
          query: StreamQuery,
          headers: { 'Last-Event-ID': 'The last `id:` received.' },
          responses: {
            200: {
              description: 'The stream.',
              contentType: 'text/event-stream',
              example:
                'id: 42\nevent: alert\ndata: {"id":"…","price":"9.99","currency":"USD","reason":"…"}\n\n',
            },
          },
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
        _stream_decorators,
        {
          kind: 'method',
          name: 'stream',
          static: false,
          private: false,
          access: { has: (obj) => 'stream' in obj, get: (obj) => obj.stream },
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
      AlertsController = _classThis = _classDescriptor.value;
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
    streams;
    constructor(bus, streams) {
      this.bus = bus;
      this.streams = streams;
    }
    async list(caller, query) {
      const { alerts, next } = await this.bus.ask(ListAlerts, { accountId: caller.accountId, ...query });
      return { items: alerts.map(alertView), next };
    }
    async stream(request, reply, caller, query) {
      this.streams.mustHavePlace(caller.accountId);
      const position =
        lastEventIdOf(request) ?? query.after ?? (await newestPosition(this.bus, caller.accountId));
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        ...reply.getHeaders(),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      const client = new StreamClient(caller, raw, position);
      raw.once('close', () => this.streams.leave(client));
      client.write(positionMark(position));
      if (client.isOpen) this.streams.join(client);
    }
  };
  return (AlertsController = _classThis);
})();
export { AlertsController };
function lastEventIdOf({ headers }) {
  const header = headers['last-event-id'];
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && /^\d{1,15}$/.test(header)) return Number(header);
  const problem = 'must be an `id:` of this stream';
  throw new Problem('invalid', `The header Last-Event-ID ${problem}.`, {
    errors: [{ field: 'Last-Event-ID', problem }],
  });
}
