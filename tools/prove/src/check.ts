import { checkAlerts } from './checks/alerts.ts';
import { checkCommands } from './checks/commands.ts';
import { checkCredits } from './checks/credits.ts';
import { checkDeadLetters } from './checks/dead-letters.ts';
import { checkEvents } from './checks/events.ts';
import { checkForeignRows } from './checks/foreign-rows.ts';
import { checkMessages } from './checks/messages.ts';
import { checkPoints } from './checks/points.ts';
import { checkShopCalls } from './checks/shop-calls.ts';
import type { Finding } from './checks/finding.ts';
import type { Evidence } from './evidence.ts';
import { type Accepted, expectedOf } from './model.ts';

/** Observations in accepted order; those of a request that was never answered come last in their lane. */
export function acceptedOf({ sent }: Pick<Evidence, 'sent'>): Accepted[] {
  return sent.flatMap(({ account, lines, unknown, isAcknowledged }) =>
    lines.map((line) => ({ ...line, account, wasRepeated: unknown > 0, isOptional: !isAcknowledged })),
  );
}

/** Compares what there is with what must be. Pure: the same evidence gives the same findings. */
export function check(evidence: Evidence): Finding[] {
  const expected = expectedOf(acceptedOf(evidence), evidence.watches);
  return [
    checkPoints(evidence, expected),
    checkAlerts(evidence, expected),
    ...checkMessages(evidence),
    ...checkCredits(evidence),
    checkCommands(evidence),
    checkEvents(evidence),
    checkShopCalls(evidence),
    checkForeignRows(evidence),
    checkDeadLetters(evidence),
  ];
}
