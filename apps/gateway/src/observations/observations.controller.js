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
import { Controller, Post, Query, Req, Res } from '@nestjs/common';
import { AcceptObservations } from '@souk/contracts';
import { fingerprintOf } from '../http/bodies.ts';
import { whenCutOff } from '../http/client-errors.ts';
import { idempotencyKeyOf } from '../http/idempotency-key.ts';
import { postedLines } from '../http/metrics.ts';
import { Operation } from '../http/operation.ts';
import { Caller } from '../http/request.ts';
import { sendReplay } from '../idempotency/command-hooks.ts';
import { mustBeSame } from '../idempotency/idempotency.ts';
import { decoded } from './body-stream.ts';
import { OBSERVATION_EXAMPLE, ObservationsQuery, UploadResult } from './observation.schemas.ts';
import { answerOf } from './upload-answer.ts';
import { UploadPlaces } from './upload-places.ts';
import { Upload } from './upload.ts';
const LINE = JSON.stringify(OBSERVATION_EXAMPLE);
let ObservationsController = (() => {
  let _classDecorators = [Controller('v1/observations')];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  let _instanceExtraInitializers = [];
  let _accept_decorators;
  var ObservationsController = class {
    static {
      _classThis = this;
    }
    static {
      const _metadata = typeof Symbol === 'function' && Symbol.metadata ? Object.create(null) : void 0;
      _accept_decorators = [
        Post(),
        Operation({
          id: 'postObservations',
          summary: 'Post prices',
          description:
            'Up to 100,000 observations as NDJSON, one a line, or as a JSON array; streamed, gzip or zstd if you like. ' +
            'Good lines are stored before the answer, bad ones are named and do not hold the others up. It is not all or ' +
            'nothing: whatever happens, `accepted` says how many are stored, and sending the same again stores none twice. ' +
            'Cost: none.',
          scope: 'observations',
          isMetered: true,
          query: ObservationsQuery,
          streamedBody: {
            contentTypes: {
              'application/x-ndjson': {
                description: 'One observation a line, at most 64 KiB each.',
                example: `${LINE}\n${LINE}\n`,
              },
              'application/json': { description: 'An array of observations.', example: `[${LINE}]` },
            },
          },
          responses: {
            202: {
              description: 'Lines were accepted.',
              schema: UploadResult,
              example: {
                accepted: 1,
                rejectedCount: 1,
                rejected: [{ line: 2, field: 'price', problem: 'is negative' }],
              },
            },
          },
        }),
      ];
      __esDecorate(
        this,
        null,
        _accept_decorators,
        {
          kind: 'method',
          name: 'accept',
          static: false,
          private: false,
          access: { has: (obj) => 'accept' in obj, get: (obj) => obj.accept },
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
      ObservationsController = _classThis = _classDescriptor.value;
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
    commands;
    places = new UploadPlaces();
    constructor(bus, commands) {
      this.bus = bus;
      this.commands = commands;
    }
    /** Streams: neither the body nor its lines are ever held as a whole. */
    async accept(request, reply, caller, query) {
      const giveBack = this.places.take(caller.accountId);
      let cutBy;
      const unwatch = whenCutOff(request.raw.socket, (cause) => {
        cutBy = cause;
        request.raw.push(null);
      });
      try {
        const body = decoded(request.raw, request.headers['content-encoding']);
        const key = idempotencyKeyOf(request);
        const hash = key === undefined ? undefined : fingerprintOf(request);
        const replay = key === undefined ? undefined : await this.commands.start(request, key);
        if (replay) return await this.replay(replay, hash, body, reply);
        const upload = new Upload((chunk) =>
          this.bus.ask(
            AcceptObservations,
            { accountId: caller.accountId, mode: query.mode, firstLine: chunk.firstLine },
            { body: chunk.body },
          ),
        );
        const progress = await upload.read(hash ? hashing(body, hash) : body, () => request.raw.complete);
        if (cutBy === 'timeout') progress.stop = { kind: 'cut', reason: 'timeout' };
        if (!progress.stop && request.command && hash) request.command.bodySha256 = hash.digest();
        request.usedCount = progress.accepted;
        postedLines.inc({ outcome: 'accepted' }, progress.accepted);
        postedLines.inc({ outcome: 'rejected' }, progress.rejectedCount);
        return answerOf(progress);
      } finally {
        unwatch();
        giveBack();
      }
    }
    /** The body is read to its end and compared, not kept. */
    async replay(replay, hash, body, reply) {
      const { stop } = await new Upload(() => Promise.resolve({ accepted: 0, rejected: [] })).read(
        hashing(body, hash),
        () => reply.request.raw.complete,
      );
      if (stop?.kind === 'cut' || stop?.kind === 'too-large') {
        answerOf({ accepted: 0, rejectedCount: 0, rejected: [], stop });
      }
      mustBeSame(replay, hash.digest());
      void sendReplay(reply, replay);
    }
  };
  return (ObservationsController = _classThis);
})();
export { ObservationsController };
/** The fingerprint is taken as the body passes; before its bytes are rewritten into lines. */
function hashing(body, hash) {
  const pieces = body[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const next = await pieces.next();
        if (!next.done) hash.update(next.value);
        return next;
      },
    }),
  };
}
