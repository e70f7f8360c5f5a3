import type { Outcome } from '../delivery/outcome.ts';

/** Permanent answers to the recipient that speak of the mailbox: it does not exist, or is no more. */
const MAILBOX_GONE = new Set(['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1']);

/**
 * What a failure means for the delivery. An answer of the server is definite, whenever it came; without one all is
 * certain until the message was written (RFC 5321, section 4.2.1; RFC 3463 for the detail).
 */
export function outcomeOfFailure(error: unknown, wasWritten: boolean): Outcome {
  const { responseCode, response, command, code } = error as {
    responseCode?: number;
    response?: string;
    command?: string;
    code?: string;
  };
  if (responseCode === undefined) {
    const reason = `the mail server gave no answer (${code ?? 'closed'})`;
    return wasWritten ? { kind: 'unknown', reason } : { kind: 'not-delivered', reason };
  }
  const detail = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(response ?? '')?.[0];
  const reason = `the mail server answered ${responseCode}${detail ? ` (${detail})` : ''}${command ? ` to ${command}` : ''}`;
  // 421 and 4xx ask for another time; what is said of the password or the sender is the operator's to mend.
  const isForOperator = code === 'EAUTH' || command?.startsWith('AUTH') || command === 'MAIL FROM';
  if (responseCode < 500 || isForOperator) return { kind: 'not-delivered', reason };
  const isGone =
    command === 'RCPT TO' && (detail === undefined ? responseCode === 550 : MAILBOX_GONE.has(detail));
  return { kind: 'refused', reason, stopsChannel: isGone };
}
