import { CHAT_FAULTS, type ChatAttempt, type ChatFault } from '../chats.ts';
import type { Evidence } from '../evidence.ts';
import { Tally, type Finding } from './finding.ts';

/** The first message and one repeat. */
const AT_MOST = 2;
const AMBIGUOUS: readonly ChatFault[] = ['hang', 'reply lost'];

/** One alert on its way to one chat: what the system says of it, and what the chat saw. */
interface Errand {
  name: string;
  /** What the system says; undefined when it never set out. */
  delivery: Evidence['deliveries'][number] | undefined;
  attempts: ChatAttempt[];
  /** Those that arrived: the chat took them, whether its answer was heard or not. */
  messages: ChatAttempt[];
}

/**
 * Every alert reached each of its chats: exactly once where each attempt had a definite outcome. Where one was
 * ambiguous there may be one repeat, and it can be told from a new message. One row for all, and one for those that
 * met each kind of fault at the chat.
 */
export function checkMessages(evidence: Evidence): Finding[] {
  const errands = errandsOf(evidence);
  const all = new Tally('messages at the chat', errands.length);
  const byDelivery = new Map(errands.map((errand) => [errand.delivery?.webhookId, errand]));
  const check = (errand: Errand, tally: Tally): void => {
    const into = errand.delivery?.mergedInto;
    if (errand.delivery?.state !== 'merged') judge(errand, tally);
    // Told in one message with another alert of the same deal: that one is judged, and this one must have it.
    else if (!into || byDelivery.get(into)?.messages.length === 0 || !byDelivery.has(into))
      tally.lost(`${errand.name}, told together with ${into ?? 'nothing'}, which never came`);
    else if (errand.delivery.unknown > 0)
      tally.unexpected(`${errand.name}: it may have arrived, and was told again without a mark`);
    else if (errand.attempts.length > 0) tally.recovered();
  };
  for (const errand of errands) check(errand, all);
  for (const message of strangers(evidence, errands)) all.unexpected(`${message}, which no alert explains`);
  const rows = CHAT_FAULTS.map((fault) => {
    const met = errands.filter(({ attempts }) => attempts.some((attempt) => attempt.fault === fault));
    const tally = new Tally(`chat: ${fault}`, met.length);
    for (const errand of met) check(errand, tally);
    return tally.finding;
  });
  return [all.finding, ...rows.filter(({ of }) => of > 0)];
}

function judge({ name, delivery, attempts, messages }: Errand, tally: Tally): void {
  const state = delivery ? `${delivery.state}, ${delivery.reason ?? 'no reason'}` : 'never made';
  if (messages.length === 0) tally.lost(`${name}, delivery ${state}`);
  const isAmbiguous = (delivery?.unknown ?? 0) > 0;
  const allowed = isAmbiguous ? AT_MOST : 1;
  if (messages.length > allowed)
    tally.duplicated(`${name}, ${messages.length} messages, ${allowed} allowed`, messages.length - allowed);
  else if (messages.length > 0 && attempts.length > 1) tally.recovered();
  if (messages.slice(1).some(({ isMarked }) => !isMarked))
    tally.unexpected(`${name}: a repeat without a mark`);
  if (!isAmbiguous && messages.some(({ isMarked }) => isMarked))
    tally.unexpected(`${name}: marked as a repeat, and every outcome was definite`);
  if (!isAmbiguous && attempts.some(({ fault }) => fault !== undefined && AMBIGUOUS.includes(fault)))
    tally.unexpected(`${name}: nobody heard what came of it, and it counts as definite`);
  if (messages.some(({ verified }) => verified === false)) tally.unexpected(`${name} with a wrong signature`);
}

function errandsOf({ alerts, watches, deliveries, attempts }: Evidence): Errand[] {
  const deliveryOf = new Map(
    deliveries.map((delivery) => [`${delivery.chat} ${delivery.alertId}`, delivery]),
  );
  const attemptsOf = Map.groupBy(attempts, ({ chat, message }) => `${chat} ${message}`);
  const chatsOf = new Map(watches.map(({ id, chats }) => [id, chats]));
  const errand = (chat: ChatAttempt['chat'], alert: Evidence['alerts'][number]): Errand => {
    const delivery = deliveryOf.get(`${chat} ${alert.id}`);
    const message =
      chat === 'webhook' ? delivery?.webhookId : `${alert.product} ${alert.observedAt.slice(0, 16)}`;
    const seen = attemptsOf.get(`${chat} ${message}`) ?? [];
    const messages = seen.filter(({ fault }) => fault === undefined || fault === 'reply lost');
    return { name: `alert ${alert.id} by ${chat}`, delivery, attempts: seen, messages };
  };
  return alerts.flatMap((alert) => (chatsOf.get(alert.watchId) ?? []).map((chat) => errand(chat, alert)));
}

/** Messages that belong to no alert, or to another one than they say. */
function strangers({ attempts, deliveries }: Evidence, errands: readonly Errand[]): string[] {
  const explained = new Set(errands.flatMap((errand) => errand.attempts));
  const alertOf = new Map(deliveries.map(({ webhookId, alertId }) => [webhookId, alertId]));
  return attempts
    .filter(
      (attempt) =>
        !explained.has(attempt) ||
        (attempt.chat === 'webhook' && alertOf.get(attempt.message) !== attempt.alertId),
    )
    .map(({ chat, message }) => `a message ${message} at ${chat}`);
}
