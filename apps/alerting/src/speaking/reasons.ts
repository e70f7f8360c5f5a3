import type { Alert } from '@souk/contracts';

/** An alert with the reasons of the others that are told with it, each once, its own first. */
export function withReasonsOf(alert: Alert, others: readonly { alert: Alert }[]): Alert {
  if (others.length === 0) return alert;
  const all = [alert, ...others.map((other) => other.alert)].flatMap(({ reasons }) => reasons);
  const told = new Set<string>();
  const reasons = all.filter(({ kind, sentence }) => {
    const name = `${kind}\n${sentence}`;
    if (told.has(name)) return false;
    told.add(name);
    return true;
  });
  return { ...alert, reasons };
}
