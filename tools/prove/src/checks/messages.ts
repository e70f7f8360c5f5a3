import type { Evidence } from '../evidence.ts';
import { Tally, type Finding } from './finding.ts';

/** The first message and one repeat. */
const AT_MOST = 2;

/**
 * Every alert reached the chat: exactly once where each attempt had a definite outcome. Where one was ambiguous
 * there may be one repeat, and it carries the id of the first.
 */
export function checkMessages({ alerts, deliveries, messages }: Evidence): Finding {
  const tally = new Tally('messages at the chat', alerts.length);
  const deliveryOf = new Map(deliveries.map((delivery) => [delivery.alertId, delivery]));
  const messagesOf = Map.groupBy(messages, ({ alertId }) => alertId);
  for (const { id } of alerts) {
    const got = messagesOf.get(id) ?? [];
    const delivery = deliveryOf.get(id);
    if (got.length === 0) tally.lost(`alert ${id}, delivery ${delivery?.state ?? 'never made'}`);
    const isAmbiguous = (delivery?.unknown ?? 0) > 0;
    const allowed = isAmbiguous ? AT_MOST : 1;
    if (got.length > allowed)
      tally.duplicated(`alert ${id}, ${got.length} messages, ${allowed} allowed`, got.length - allowed);
    else if (got.length > 0 && isAmbiguous) tally.recovered();
    if (got.some(({ webhookId }) => webhookId !== delivery?.webhookId))
      tally.unexpected(`alert ${id} with an id of no delivery: a repeat that cannot be told`);
    if (got.some(({ verified }) => !verified)) tally.unexpected(`alert ${id} with a wrong signature`);
  }
  const known = new Set(alerts.map(({ id }) => id));
  for (const alertId of messagesOf.keys())
    if (!known.has(alertId)) tally.unexpected(`a message of alert ${alertId}, which does not exist`);
  return tally.finding;
}
