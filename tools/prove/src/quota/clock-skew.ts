/** Preloaded into a process whose wall clock is to be wrong by SOUK_PROVE_CLOCK_OFFSET_MS. */
const offsetMs = Number(process.env['SOUK_PROVE_CLOCK_OFFSET_MS'] ?? 0);
const Right = Date;

globalThis.Date = new Proxy(Right, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [Right.now() + offsetMs] : args, newTarget) as Date,
  apply: () => new Right(Right.now() + offsetMs).toString(),
  get: (target, name, receiver) =>
    name === 'now' ? () => Right.now() + offsetMs : (Reflect.get(target, name, receiver) as unknown),
});
