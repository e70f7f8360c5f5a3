import type { Evidence } from '../evidence.ts';
import { alertKey, type Expected } from '../model.ts';
import { compare } from './compare.ts';
import type { Finding } from './finding.ts';

/** Alerts are those of a model that was fed in accepted order. */
export const checkAlerts = ({ alerts }: Evidence, expected: Expected): Finding =>
  compare(
    'alerts',
    expected.alerts,
    alerts,
    ({ watchId, observedAt }) => alertKey(watchId, observedAt),
    ({ priceMinor }, wanted) =>
      priceMinor === wanted.priceMinor ? undefined : `of ${priceMinor} instead of ${wanted.priceMinor}`,
  );
