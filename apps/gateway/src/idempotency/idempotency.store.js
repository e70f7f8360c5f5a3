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
import { Injectable } from '@nestjs/common';
const NAMED = 'account_id = $1 and key_hash = $2 and route = $3';
const nameOf = (command) => [command.accountId, command.keyHash, command.route];
let IdempotencyStore = (() => {
  let _classDecorators = [Injectable()];
  let _classDescriptor;
  let _classExtraInitializers = [];
  let _classThis;
  var IdempotencyStore = class {
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
      IdempotencyStore = _classThis = _classDescriptor.value;
      if (_metadata)
        Object.defineProperty(_classThis, Symbol.metadata, {
          enumerable: true,
          configurable: true,
          writable: true,
          value: _metadata,
        });
      __runInitializers(_classThis, _classExtraInitializers);
    }
    database;
    constructor(database) {
      this.database = database;
    }
    /** Makes the command ours; false when it is done, or someone else works on it. */
    async acquire(command, owner, lockMs) {
      const rows = await this.database.transaction([command.accountId], (tx) =>
        tx.query(
          `insert into idempotency (account_id, key_hash, route, owner, state, locked_until)
         values ($1, $2, $3, $4, 'running', clock_timestamp() + make_interval(secs => $5))
         on conflict (account_id, key_hash, route) do update
           set owner = excluded.owner, locked_until = excluded.locked_until
           where idempotency.state = 'running' and idempotency.locked_until < clock_timestamp()
         returning true`,
          [...nameOf(command), owner, lockMs / 1000],
        ),
      );
      return rows.length > 0;
    }
    async find(command) {
      const rows = await this.database.read([command.accountId], (tx) =>
        tx.query(
          `select state, state = 'running' and locked_until < clock_timestamp() as "isFree",
           body_sha256 as "bodySha256", status, response
         from idempotency where ${NAMED}`,
          nameOf(command),
        ),
      );
      return rows[0];
    }
    /** Keeps the command ours while it takes long. */
    async extend(command, owner, lockMs) {
      await this.write(
        command,
        `update idempotency set locked_until = clock_timestamp() + make_interval(secs => $5)
       where ${NAMED} and owner = $4 and state = 'running'`,
        [owner, lockMs / 1000],
      );
    }
    /** Stores the answer, unless someone took over meanwhile. */
    async complete(command, owner, done) {
      await this.write(
        command,
        `update idempotency set state = 'done', body_sha256 = $5, status = $6, response = $7
       where ${NAMED} and owner = $4 and state = 'running'`,
        [owner, done.bodySha256, done.status, done.response],
      );
    }
    /** Forgets the command: it may be tried again. */
    async release(command, owner) {
      await this.write(
        command,
        `delete from idempotency where ${NAMED} and owner = $4 and state = 'running'`,
        [owner],
      );
    }
    /** Deletes commands older than a day, of every account; answers how many. */
    async purge(batch) {
      const rows = await this.database.transaction([], (tx) =>
        tx.query('select purge_idempotency($1) as purged', [batch]),
      );
      return rows[0].purged;
    }
    async write(command, sql, more) {
      await this.database.transaction([command.accountId], (tx) =>
        tx.query(sql, [...nameOf(command), ...more]),
      );
    }
  };
  return (IdempotencyStore = _classThis);
})();
export { IdempotencyStore };
