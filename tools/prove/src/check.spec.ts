import { CHAT_FAULTS, type ChatAttempt, type ChatFault } from './chats.ts';
import { acceptedOf, check } from './check.ts';
import type { Finding } from './checks/finding.ts';
import { isGood } from './checks/finding.ts';
import type { Evidence } from './evidence.ts';
import { expectedOf } from './model.ts';
import { LaneWorkload } from './workload.ts';

/** Alerts that met a fault at their chats, by their place. */
const HIT = { lost: 0, hang: 1, stumbled: 2, refused: 3 };
const FAULTS = new Map<number, ChatFault>([
  [HIT.lost, 'reply lost'],
  [HIT.hang, 'hang'],
  [HIT.stumbled, '5xx'],
  [HIT.refused, '429'],
]);

/** The attempts of one alert at its webhook. */
const attemptsOf = ({ attempts }: Evidence, number: number): ChatAttempt[] =>
  attempts.filter(({ alertId }) => alertId === `alert-${number}`);

/** The webhook was told of one alert in the message of the other. */
function mergeInto({ deliveries }: Evidence, number: number, other: number): void {
  const of = (place: number) =>
    deliveries.find(({ chat, alertId }) => chat === 'webhook' && alertId === `alert-${place}`)!;
  Object.assign(of(number), { state: 'merged', mergedInto: of(other).webhookId });
}

/** What a faultless system would show after a load with every twist, one request interrupted. */
function faultless(): Evidence {
  const lanes = [0, 1].map((lane) => new LaneWorkload(7, lane, ['duplicate', 'shuffle']));
  const sent = lanes.flatMap((workload) =>
    Array.from({ length: 60 }, (_, batch) => ({
      lane: workload.lane,
      batch,
      account: workload.account,
      lines: batch === 0 ? workload.first() : workload.batch(20),
      attempts: batch === 5 ? 2 : 1,
      unknown: batch === 5 ? 1 : 0,
      isAcknowledged: true,
    })),
  );
  const watches = lanes.flatMap(({ account, watches: planned }) =>
    planned.map((watch, number) => ({
      ...watch,
      account,
      id: `${account}-${number}`,
      chats: number % 7 === 0 ? (['webhook', 'Telegram'] as const) : (['webhook'] as const),
    })),
  );
  const expected = expectedOf(acceptedOf({ sent }), watches);
  const points = [...expected.points].map(([key, { priceMinor }]) => {
    const [product = '', observedAt = ''] = key.split(' ');
    return { product, observedAt, priceMinor };
  });
  const alerts = [...expected.alerts].map(([key, { watchId, priceMinor }], number) => {
    const { product } = watches.find(({ id }) => id === watchId)!;
    return { id: `alert-${number}`, watchId, product, observedAt: key.split(' ')[1]!, priceMinor };
  });
  const deliveries = alerts.flatMap(({ id, watchId }, number) =>
    watches
      .find((watch) => watch.id === watchId)!
      .chats.map((chat) => ({
        webhookId: `${chat}-${id}`,
        alertId: id,
        chat,
        state: 'delivered',
        unknown: number === HIT.lost || number === HIT.hang ? 1 : 0,
        reason: null,
      })),
  );
  const attempts = deliveries.flatMap(({ webhookId, alertId, chat }): ChatAttempt[] => {
    const number = alerts.findIndex(({ id }) => id === alertId);
    const { product, observedAt } = alerts[number]!;
    const message = chat === 'webhook' ? webhookId : `${product} ${observedAt.slice(0, 16)}`;
    const about = chat === 'webhook' ? { alertId, verified: true, account: 'operator' as const } : {};
    const fault = FAULTS.get(number);
    const isMarked = fault === 'hang' || fault === 'reply lost';
    const answered: ChatAttempt = { chat, message, fault: undefined, isMarked, ...about };
    return fault ? [{ chat, message, fault, isMarked: false, ...about }, answered] : [answered];
  });
  const books = { available: 90, held: 5, receivable: 0, used: 5 };
  return {
    sent,
    watches,
    points,
    alerts,
    deliveries,
    attempts,
    charges: deliveries.map(({ webhookId }) => webhookId),
    accounts: [
      { account: 'customer', balance: books, entries: { ...books }, entryCount: 12, requestsPaid: 5 },
    ],
    audit: [],
    poison: [{ mark: 'poison-1', subject: 'usage', publishedAt: 0 }],
    deadLetters: [{ service: 'billing', payload: '{"poison-1"', attempts: 5, failedAt: 30_000 }],
    foreign: { looked: 10, seen: [] },
    shop: { calls: [0, 10, 1_000, 1_010], limit: 2, windowMs: 1_000 },
    events: { told: 10, again: [] },
    commands: { acknowledged: ['never-seen-0'], unresolved: [], found: ['never-seen-0'] },
  };
}

const row = (findings: Finding[], what: string): Finding =>
  findings.find((finding) => finding.what === what)!;

describe('the checker', () => {
  it('is green for a faultless system, and its denominators are not empty', () => {
    const findings = check(faultless());
    expect(findings.filter((finding) => !isGood(finding))).toEqual([]);
    for (const finding of findings) expect(finding.of).toBeGreaterThan(0);
    expect(row(findings, 'price points').of).toBeGreaterThan(2_000);
    expect(row(findings, 'alerts').of).toBeGreaterThan(20);
    expect(row(findings, 'price points').recovered).toBeGreaterThan(0);
  });

  it('lets an ambiguous hand-over be repeated once, and says how often each fault was met', () => {
    const evidence = faultless();
    const findings = check(evidence);
    for (const fault of CHAT_FAULTS) {
      expect(row(findings, `chat: ${fault}`)).toMatchObject({ lost: 0, duplicated: 0, unexpected: 0 });
      expect(row(findings, `chat: ${fault}`).of).toBeGreaterThan(0);
    }
    evidence.attempts.push(attemptsOf(evidence, HIT.lost)[1]!);
    expect(row(check(evidence), 'messages at the chat')).toMatchObject({ duplicated: 1 });
    expect(row(check(evidence), 'chat: reply lost')).toMatchObject({ duplicated: 1 });
  });

  it('lets what was refused be told together with another alert', () => {
    const evidence = faultless();
    mergeInto(evidence, HIT.refused, 9);
    drop(evidence, attemptsOf(evidence, HIT.refused).slice(1));
    const findings = check(evidence);
    expect(findings.every(isGood)).toBe(true);
    expect(row(findings, 'chat: 429').recovered).toBeGreaterThan(0);
  });

  it('lets what nobody answered be stored or not', () => {
    const evidence = faultless();
    const last = evidence.sent.at(-1)!;
    last.isAcknowledged = false;
    expect(check(evidence).every(isGood)).toBe(true);
    const lastKeys = new Set(last.lines.map(({ product, observedAt }) => `${product} ${observedAt}`));
    const keys = new Set(
      evidence.sent.slice(0, -1).flatMap(({ lines }) => lines.map((l) => `${l.product} ${l.observedAt}`)),
    );
    evidence.points = evidence.points.filter(({ product, observedAt }) => {
      const key = `${product} ${observedAt}`;
      return !lastKeys.has(key) || keys.has(key);
    });
    expect(row(check(evidence), 'price points')).toMatchObject({ lost: 0, unexpected: 0 });
  });
});

const drop = (evidence: Evidence, gone: ChatAttempt[]): void =>
  void (evidence.attempts = evidence.attempts.filter((attempt) => !gone.includes(attempt)));

describe('the checker turns red', () => {
  const planted: [string, string, 'lost' | 'duplicated' | 'unexpected', (evidence: Evidence) => void][] = [
    ['a stored point is lost', 'price points', 'lost', ({ points }) => points.splice(100, 1)],
    ['a point is stored twice', 'price points', 'duplicated', ({ points }) => points.push(points[9]!)],
    [
      'a conflict replaces the first price',
      'price points',
      'unexpected',
      ({ points }) => (points[3]!.priceMinor += 1),
    ],
    [
      'a point appears that nobody posted',
      'price points',
      'unexpected',
      ({ points }) => points.push({ product: 'lane-0-product-1', observedAt: '1999', priceMinor: 1 }),
    ],
    ['an alert is lost', 'alerts', 'lost', ({ alerts }) => alerts.pop()],
    [
      'an alert is raised twice',
      'alerts',
      'duplicated',
      ({ alerts }) => alerts.push({ ...alerts[0]!, id: 'again' }),
    ],
    ['an alert has no reason', 'alerts', 'unexpected', ({ alerts }) => (alerts[0]!.observedAt = '1999')],
    [
      'a message never arrives',
      'messages at the chat',
      'lost',
      (evidence) => drop(evidence, attemptsOf(evidence, 9)),
    ],
    [
      'a message of Telegram never arrives',
      'messages at the chat',
      'lost',
      (evidence) => drop(evidence, [evidence.attempts.findLast(({ chat }) => chat === 'Telegram')!]),
    ],
    [
      'a message of a definite outcome comes twice',
      'messages at the chat',
      'duplicated',
      (evidence) => evidence.attempts.push(attemptsOf(evidence, 9)[0]!),
    ],
    [
      'what was refused with 429 is not tried again',
      'chat: 429',
      'lost',
      (evidence) => drop(evidence, attemptsOf(evidence, HIT.refused).slice(1)),
    ],
    [
      'what met a 5xx comes twice',
      'chat: 5xx',
      'duplicated',
      (evidence) => evidence.attempts.push(attemptsOf(evidence, HIT.stumbled)[1]!),
    ],
    [
      'what was never answered is not tried again',
      'chat: hang',
      'lost',
      (evidence) => drop(evidence, attemptsOf(evidence, HIT.hang).slice(1)),
    ],
    [
      'a repeat has no mark',
      'chat: reply lost',
      'unexpected',
      (evidence) => (attemptsOf(evidence, HIT.lost)[1]!.isMarked = false),
    ],
    [
      'a lost reply counts as definite',
      'chat: reply lost',
      'unexpected',
      ({ deliveries }) => (deliveries[0]!.unknown = 0),
    ],
    [
      'a first message says that it is a repeat',
      'messages at the chat',
      'unexpected',
      (evidence) => (attemptsOf(evidence, 9)[0]!.isMarked = true),
    ],
    [
      'a repeat has another id',
      'messages at the chat',
      'unexpected',
      (evidence) => evidence.attempts.push({ ...attemptsOf(evidence, HIT.lost)[1]!, message: 'hook-new' }),
    ],
    [
      'a signature is wrong',
      'messages at the chat',
      'unexpected',
      (evidence) => (attemptsOf(evidence, 9)[0]!.verified = false),
    ],
    [
      'an alert counts as told by a message that never came',
      'messages at the chat',
      'lost',
      ({ deliveries }) => Object.assign(deliveries[9]!, { state: 'merged', mergedInto: 'nothing' }),
    ],
    [
      'what may have arrived is told once more in the message of another alert',
      'chat: hang',
      'unexpected',
      (evidence) => mergeInto(evidence, HIT.hang, 9),
    ],
    ['a hand-over is free', 'charges of messages', 'lost', ({ charges }) => charges.pop()],
    [
      'a hand-over is charged twice',
      'charges of messages',
      'duplicated',
      ({ charges }) => charges.push(charges[0]!),
    ],
    [
      'a balance is not the sum of its entries',
      'ledger entries',
      'unexpected',
      ({ accounts }) => (accounts[0]!.entries.available -= 1),
    ],
    [
      'more was used than asked for',
      'ledger entries',
      'unexpected',
      ({ accounts }) => (accounts[0]!.requestsPaid = 4),
    ],
    ['the audit finds something', 'ledger entries', 'unexpected', ({ audit }) => audit.push('held')],
    [
      'a command takes effect twice',
      'watches made under faults',
      'duplicated',
      ({ commands }) => commands.found.push('never-seen-0'),
    ],
    ['a command has no effect', 'watches made under faults', 'lost', ({ commands }) => commands.found.pop()],
    [
      'an event is told twice',
      'events told',
      'duplicated',
      ({ events }) => events.again.push({ what: 'offers accepted caused by one message', times: 2 }),
    ],
    [
      'a window that begins between two full ones holds too many calls',
      'calls at the shop',
      'unexpected',
      ({ shop }) => shop.calls.push(990, 995),
    ],
    [
      'an account reads what is not its own',
      'foreign rows seen',
      'unexpected',
      ({ foreign }) => foreign.seen.push('operator reads a history of the customer'),
    ],
    ['poison vanishes', 'poison in the dead letters', 'lost', ({ deadLetters }) => deadLetters.pop()],
    [
      'a good message is given up',
      'poison in the dead letters',
      'unexpected',
      ({ deadLetters }) => deadLetters.push({ ...deadLetters[0]!, payload: '{"good":true}' }),
    ],
  ];

  it.each(planted)('when %s', (_, what, kind, plant) => {
    const evidence = faultless();
    plant(evidence);
    expect(row(check(evidence), what)[kind]).toBeGreaterThan(0);
  });
});
