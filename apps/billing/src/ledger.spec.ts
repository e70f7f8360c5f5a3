import { Refusal } from '@souk/contracts';
import * as fc from 'fast-check';
import {
  capture,
  entriesOf,
  expire,
  grant,
  type HoldState,
  leftIn,
  movedBy,
  paid,
  release,
  reserve,
  spend,
  type Transfer,
} from './ledger.ts';

const rich = { available: 100, unmetered: false };
const held = reserve(rich, { credits: 60, atMost: false }).hold;

describe('reserve', () => {
  it.each([
    { available: 100, credits: 100, atMost: false, amount: 100 },
    { available: 100, credits: 60, atMost: true, amount: 60 },
    { available: 7, credits: 60, atMost: true, amount: 7 },
  ])('sets $amount of $available aside when $credits are asked for', ({ available, amount, ...wanted }) => {
    const { hold, transfers } = reserve({ available, unmetered: false }, wanted);
    expect(hold).toMatchObject({ amount, captured: 0, state: 'open', fundedBy: 'available' });
    expect(transfers).toEqual([{ kind: 'reserve', from: 'available', to: 'held', credits: amount }]);
  });

  it.each([
    { available: 59, credits: 60, atMost: false },
    { available: 0, credits: 1, atMost: true },
  ])('is refused as out of credits when $available are left and $credits asked for', (given) => {
    const refused = () => reserve({ available: given.available, unmetered: false }, given);
    expect(refused).toThrow(expect.objectContaining({ code: 'payment-required' }));
    expect(refused).toThrow(/^Out of credits/);
  });

  it('never refuses an unmetered account: what it holds is owed', () => {
    const { hold, transfers } = reserve({ available: 3, unmetered: true }, { credits: 60, atMost: true });
    expect(hold).toMatchObject({ amount: 60, fundedBy: 'receivable' });
    expect(transfers).toEqual([{ kind: 'reserve', from: 'receivable', to: 'held', credits: 60 }]);
  });
});

describe('a hold ends once', () => {
  it('captured: the rest is given back', () => {
    const { hold, transfers } = capture(held, 45);
    expect(hold).toMatchObject({ state: 'captured', captured: 45 });
    expect(movedBy(transfers)).toEqual({ available: 15, held: -60, used: 45, receivable: 0, issued: 0 });
  });

  it('the same capture again changes nothing, another one is a conflict', () => {
    const { hold } = capture(held, 45);
    expect(capture(hold, 45)).toEqual({ hold, transfers: [] });
    expect(() => capture(hold, 46)).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(() => capture(expire(held).hold, 1)).toThrow(/was expired already/);
  });

  it('a capture of more than is left names the field and takes nothing', () => {
    const used = spend(rich, 50, held).hold!;
    expect(() => capture(used, 11)).toThrow(
      expect.objectContaining({ code: 'invalid', problems: [{ field: 'amount', problem: 'at most 10' }] }),
    );
  });

  it.each([
    { end: release, state: 'released' },
    { end: expire, state: 'expired' },
  ])('$state: gives back what is left, and nothing a second time', ({ end, state }) => {
    const { hold, transfers } = end(spend(rich, 20, held).hold!);
    expect(hold).toMatchObject({ state, captured: 20 });
    expect(movedBy(transfers)).toMatchObject({ available: 40, held: -40 });
    expect(release(hold)).toEqual({ hold, transfers: [] });
    expect(expire(hold)).toEqual({ hold, transfers: [] });
  });

  it('credits that were owed go back to what is owed', () => {
    const unmetered = reserve({ available: 100, unmetered: true }, { credits: 60, atMost: false }).hold;
    expect(movedBy(release(unmetered).transfers)).toMatchObject({ receivable: 60, held: -60, available: 0 });
  });
});

describe('spend', () => {
  it('takes from the hold, then from what is available, and the rest is owed', () => {
    expect(movedBy(paid(spend({ available: 5, unmetered: false }, 70, held)))).toEqual({
      held: -60,
      available: -5,
      receivable: -5,
      used: 70,
      issued: 0,
    });
  });

  it('a hold that is used up ends as captured', () => {
    expect(spend(rich, 60, held).hold).toMatchObject({ state: 'captured', captured: 60 });
  });

  it('a hold that ended pays nothing', () => {
    const spent = spend(rich, 10, release(held).hold);
    expect(spent.hold).toEqual(release(held).hold);
    expect(paid(spent)).toEqual([{ kind: 'charge', from: 'available', to: 'used', credits: 10 }]);
  });

  it('an unmetered account owes all it uses, whatever it was granted', () => {
    expect(movedBy(paid(spend({ available: 100, unmetered: true }, 10)))).toMatchObject({
      available: 0,
      receivable: -10,
      used: 10,
    });
  });

  it('what is free leaves no entry', () => {
    expect(paid(spend(rich, 0))).toEqual([]);
  });
});

it('entries are one for each kind and book', () => {
  const transfers = paid(spend({ available: 5, unmetered: false }, 70, held));
  expect(entriesOf([...transfers, ...transfers])).toEqual([
    { kind: 'capture', book: 'held', amount: -120 },
    { kind: 'capture', book: 'used', amount: 120 },
    { kind: 'charge', book: 'available', amount: -10 },
    { kind: 'charge', book: 'receivable', amount: -10 },
    { kind: 'charge', book: 'used', amount: 20 },
  ]);
});

const credits = fc.integer({ min: 1, max: 120 });
const which = fc.nat(9);
const Command = fc.oneof(
  fc.record({ type: fc.constant('grant' as const), credits }),
  fc.record({ type: fc.constant('reserve' as const), credits, atMost: fc.boolean() }),
  fc.record({ type: fc.constant('capture' as const), credits: fc.nat(120), which }),
  fc.record({ type: fc.constantFrom('release' as const, 'expire' as const), which }),
  fc.record({ type: fc.constant('spend' as const), credits: fc.nat(120), which: fc.option(which) }),
);
type Command = typeof Command extends fc.Arbitrary<infer One> ? One : never;

/** An account in memory that obeys the decisions: the invariants are about these, the store only writes them down. */
class Model {
  readonly books = movedBy([]);
  readonly holds: HoldState[] = [];
  readonly unmetered: boolean;

  constructor(unmetered: boolean) {
    this.unmetered = unmetered;
  }

  obey(command: Command): void {
    const standing = { available: this.books.available, unmetered: this.unmetered };
    const index =
      'which' in command && command.which !== null && this.holds.length > 0
        ? command.which % this.holds.length
        : -1;
    const chosen = this.holds[index];
    if (command.type === 'grant') return this.post(grant(command.credits));
    if (command.type === 'reserve') {
      const { hold, transfers } = reserve(standing, command);
      this.holds.push(hold);
      return this.post(transfers);
    }
    if (command.type === 'spend') {
      const spent = spend(standing, command.credits, chosen);
      if (spent.hold) this.change(index, spent.hold);
      return this.post(paid(spent));
    }
    if (!chosen) return;
    const decide = {
      capture: () => capture(chosen, 'credits' in command ? command.credits : 0),
      release: () => release(chosen),
      expire: () => expire(chosen),
    };
    const { hold, transfers } = decide[command.type]();
    this.change(index, hold);
    this.post(transfers);
  }

  private change(index: number, hold: HoldState): void {
    const before = this.holds[index];
    if (before?.state !== 'open' && hold !== before)
      throw new Error(`a hold ended twice: ${JSON.stringify(hold)}`);
    this.holds[index] = hold;
  }

  private post(transfers: readonly Transfer[]): void {
    let sum = 0;
    for (const { book, amount } of entriesOf(transfers)) {
      this.books[book] += amount;
      sum += amount;
    }
    if (sum !== 0) throw new Error(`entries sum to ${sum}: ${JSON.stringify(transfers)}`);
  }
}

it('10,000 random command sequences break no rule of the ledger', () => {
  let commands = 0;
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(Command, { minLength: 10, maxLength: 40, size: 'max' }),
      (unmetered, sequence) => {
        const model = new Model(unmetered);
        for (const command of sequence) {
          commands += 1;
          try {
            model.obey(command);
          } catch (refusal) {
            if (!(refusal instanceof Refusal)) throw refusal;
            if (unmetered && refusal.code === 'payment-required')
              throw new Error('an unmetered account was refused', { cause: refusal });
          }
          const { available, held: heldCredits, receivable, used, issued } = model.books;
          const open = model.holds.reduce((sum, hold) => sum + leftIn(hold), 0);
          const broken =
            available < 0 ||
            heldCredits !== open ||
            receivable > 0 ||
            used < 0 ||
            issued > 0 ||
            available + heldCredits + receivable + used + issued !== 0 ||
            model.holds.some(
              (hold) => hold.captured > hold.amount || (hold.state === 'open' && leftIn(hold) === 0),
            );
          if (broken) throw new Error(`after ${JSON.stringify(command)}: ${JSON.stringify(model)}`);
        }
      },
    ),
    { numRuns: 10_000 },
  );
  expect(commands).toBeGreaterThan(100_000);
});
