import {
  CaptureCredits,
  CreditsChanged,
  GrantCredits,
  ListEntries,
  newId,
  ReleaseCredits,
  ReserveCredits,
} from '@souk/contracts';
import { FrozenClock, type World } from '@souk/testing';
import { HoldSweeper } from '../src/hold-sweeper.ts';
import { account, audit, balanceOf, holdOf, startBilling } from './billing-world.ts';

const clock = new FrozenClock('2026-03-01T12:00:00.000Z');
let world: World;
beforeAll(async () => {
  world = await startBilling({ clock });
});
afterAll(() => world?.stop());
afterEach(async () => expect(await audit(world)).toEqual([]));

const changesOf = (accountId: string) =>
  world.events(CreditsChanged).filter((event) => event.data.accountId === accountId);

describe('grant', () => {
  it('the same grant a hundred times at once gives once and says so once', async () => {
    const accountId = await account(world);
    const command = { accountId, grantId: newId(), credits: 250, reason: 'welcome' };
    const answers = await Promise.all(Array.from({ length: 100 }, () => world.ask(GrantCredits, command)));
    for (const answer of answers) expect(answer.credits).toMatchObject({ available: 250, held: 0 });
    await world.ask(GrantCredits, { ...command, grantId: newId() });
    await world.event(CreditsChanged, ({ data }) => data.accountId === accountId && data.available === 500);
    expect(changesOf(accountId).map(({ data }) => [data.change, data.available])).toEqual([
      ['granted', 250],
      ['granted', 500],
    ]);
  });

  it('the same id with another amount is a conflict, of another account another grant', async () => {
    const accountId = await account(world);
    const command = { accountId, grantId: newId(), credits: 250, reason: 'welcome' };
    await world.ask(GrantCredits, command);
    await expect(world.ask(GrantCredits, { ...command, credits: 251 })).rejects.toMatchObject({
      code: 'conflict',
    });
    const other = await account(world);
    await world.ask(GrantCredits, { ...command, accountId: other });
    expect(await balanceOf(world, other)).toMatchObject({ available: 250 });
    await expect(world.ask(GrantCredits, { ...command, accountId: newId() })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('reserve', () => {
  it('the same request a hundred times at once makes one hold with one answer', async () => {
    const accountId = await account(world, 100);
    const request = holdOf(accountId, 60);
    const answers = await Promise.all(Array.from({ length: 100 }, () => world.ask(ReserveCredits, request)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]!.hold).toEqual({
      id: request.holdId,
      accountId,
      amount: 60,
      captured: 0,
      state: 'open',
      expiresAt: new Date(clock.now().getTime() + 60_000).toISOString(),
    });
    expect(await balanceOf(world, accountId)).toMatchObject({ available: 40, held: 60, used: 0 });
  });

  it.each([{ amount: 61 }, { atMost: true }])('the same id with %j instead is a conflict', async (other) => {
    const request = holdOf(await account(world, 100), 60);
    await world.ask(ReserveCredits, request);
    await expect(world.ask(ReserveCredits, { ...request, ...other })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('too few credits are refused as out of credits, and nothing is set aside', async () => {
    const accountId = await account(world, 59);
    const refused = world.ask(ReserveCredits, holdOf(accountId, 60));
    await expect(refused).rejects.toMatchObject({
      code: 'payment-required',
      message: expect.stringMatching(/^Out of credits: 60 needed, 59 available/),
    });
    expect(await balanceOf(world, accountId)).toMatchObject({ available: 59, held: 0 });
  });

  it('atMost takes what there is, the same request again too, and nothing at all is refused', async () => {
    const accountId = await account(world, 7);
    const request = holdOf(accountId, 60, { atMost: true });
    expect((await world.ask(ReserveCredits, request)).hold.amount).toBe(7);
    expect((await world.ask(ReserveCredits, request)).hold.amount).toBe(7);
    const another = world.ask(ReserveCredits, holdOf(accountId, 1, { atMost: true }));
    await expect(another).rejects.toMatchObject({ code: 'payment-required' });
  });

  it('taking the last credit is announced once', async () => {
    const accountId = await account(world, 10);
    await world.ask(ReserveCredits, holdOf(accountId, 9));
    await world.ask(ReserveCredits, holdOf(accountId, 1));
    await world.event(
      CreditsChanged,
      ({ data }) => data.accountId === accountId && data.change === 'exhausted',
    );
    await world.ask(GrantCredits, { accountId, grantId: newId(), credits: 3, reason: 'more' });
    await world.event(CreditsChanged, ({ data }) => data.accountId === accountId && data.available === 3);
    expect(changesOf(accountId).map(({ data }) => data.change)).toEqual(['granted', 'exhausted', 'granted']);
  });

  it('an unmetered account is never refused: what it holds is owed', async () => {
    const accountId = await account(world, 0, true);
    const request = holdOf(accountId, 60);
    await world.ask(ReserveCredits, request);
    expect(await balanceOf(world, accountId)).toMatchObject({ available: 0, held: 60, receivable: 60 });
    await world.ask(CaptureCredits, { accountId, holdId: request.holdId, amount: 45 });
    expect(await balanceOf(world, accountId)).toMatchObject({ held: 0, receivable: 45, used: 45 });
  });
});

describe('a hold ends once', () => {
  const openHold = async () => {
    const accountId = await account(world, 100);
    const request = holdOf(accountId, 60);
    await world.ask(ReserveCredits, request);
    return { accountId, holdId: request.holdId };
  };

  it('captured: part is spent and the rest given back, however often it is asked for', async () => {
    const hold = await openHold();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => world.ask(CaptureCredits, { ...hold, amount: 45 })),
    );
    for (const answer of answers) expect(answer.hold).toMatchObject({ state: 'captured', captured: 45 });
    expect(await balanceOf(world, hold.accountId)).toMatchObject({ available: 55, held: 0, used: 45 });
    await expect(world.ask(CaptureCredits, { ...hold, amount: 44 })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect((await world.ask(ReleaseCredits, hold)).hold.state).toBe('captured');
  });

  it('released: all is given back, and it cannot be captured any more', async () => {
    const hold = await openHold();
    for (let times = 0; times < 2; times++)
      expect((await world.ask(ReleaseCredits, hold)).hold).toMatchObject({ state: 'released', captured: 0 });
    expect(await balanceOf(world, hold.accountId)).toMatchObject({ available: 100, held: 0, used: 0 });
    await expect(world.ask(CaptureCredits, { ...hold, amount: 1 })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('expired: the sweeper gives back what is left, never before its time', async () => {
    const hold = await openHold();
    const late = await openHold();
    clock.advance(59_999);
    const longer = await openHold();
    const stateOf = async ({ holdId }: { holdId: string }) =>
      (await world.sql<{ state: string }>('billing', 'select state from hold where id = $1', [holdId]))[0]!
        .state;
    expect(await stateOf(hold)).toBe('open');
    clock.advance(1);
    await world.until(async () => (await stateOf(hold)) === 'expired' && (await stateOf(late)) === 'expired');
    expect(await balanceOf(world, hold.accountId)).toMatchObject({ available: 100, held: 0 });
    expect(await stateOf(longer)).toBe('open');
    await expect(world.ask(CaptureCredits, { ...hold, amount: 1 })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('expired'),
    });
    expect((await world.ask(ReleaseCredits, hold)).hold.state).toBe('expired');
  });

  it('more holds than one sweep takes all expire', async () => {
    const accounts = [await account(world, 1_000), await account(world, 1_000)];
    for (let round = 0; round < 3; round++) {
      const requests = Array.from({ length: 150 }, (_, index) => holdOf(accounts[index % 2]!, 1));
      await Promise.all(requests.map((request) => world.ask(ReserveCredits, request)));
    }
    clock.advance(60_000);
    await world.until(async () => (await world.sql('billing', 'select from hold_due limit 1')).length === 0);
    for (const id of accounts)
      expect(await balanceOf(world, id)).toMatchObject({ available: 1_000, held: 0 });
  });

  it('replicas that sweep at the same moment end each hold once', async () => {
    const accountId = await account(world, 1_000);
    const requests = Array.from({ length: 100 }, () => holdOf(accountId, 1));
    await Promise.all(requests.map((request) => world.ask(ReserveCredits, request)));
    clock.advance(60_000);
    const sweeper = world.app('billing').get(HoldSweeper);
    await Promise.all(Array.from({ length: 8 }, () => sweeper.sweep()));
    const ended = await world.sql<{ entries: number }>(
      'billing',
      `select count(*)::int as entries from entry where account_id = $1 and kind = 'expire' and book = 'held'`,
      [accountId],
    );
    expect(ended).toEqual([{ entries: 100 }]);
    expect(await balanceOf(world, accountId)).toMatchObject({ available: 1_000, held: 0 });
  });

  it('one that is unknown, or of another account, is not found', async () => {
    const { holdId } = await openHold();
    const stranger = { accountId: await account(world, 1), holdId };
    await expect(world.ask(ReleaseCredits, stranger)).rejects.toMatchObject({ code: 'not-found' });
    await expect(world.ask(CaptureCredits, { ...stranger, amount: 1 })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

it('the pages of the ledger hold every entry once, newest first, and sum to the balance', async () => {
  const accountId = await account(world, 100);
  const request = holdOf(accountId, 60, { reason: 'job 7' });
  await world.ask(ReserveCredits, request);
  await world.ask(CaptureCredits, { accountId, holdId: request.holdId, amount: 45 });
  const entries = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await world.ask(ListEntries, { accountId, limit: 2, ...(cursor && { cursor }) });
    entries.push(...page.entries);
    cursor = page.next;
  }
  expect(entries.map(({ kind, book, amount, reason }) => [kind, book, amount, reason])).toEqual(
    [
      ['grant', 'available', 100, 'first credits'],
      ['reserve', 'available', -60, 'job 7'],
      ['reserve', 'held', 60, 'job 7'],
      ['capture', 'held', -45, 'job 7'],
      ['capture', 'used', 45, 'job 7'],
      ['release', 'available', 15, 'job 7'],
      ['release', 'held', -15, 'job 7'],
    ].toReversed(),
  );
  await expect(world.ask(ListEntries, { accountId, limit: 2, cursor: '?' })).rejects.toMatchObject({
    code: 'invalid',
    problems: [{ field: 'cursor' }],
  });
});

it('the pages keep the order of the entries also where their numbers get another digit', async () => {
  const accountId = await account(world, 1_000);
  for (let step = 0; step < 60; step += 1) await world.ask(ReserveCredits, holdOf(accountId, 1));
  const numbers: number[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await world.ask(ListEntries, { accountId, limit: 7, ...(cursor && { cursor }) });
    numbers.push(...page.entries.map(({ id }) => Number(id)));
    cursor = page.next;
  }
  const stored = await world.sql<{ id: string }>(
    'billing',
    `select id::text from entry where account_id = $1 and book <> 'issued' order by entry.id desc`,
    [accountId],
  );
  expect(stored.length).toBeGreaterThan(80);
  expect(numbers).toEqual(stored.map(({ id }) => Number(id)));
});
