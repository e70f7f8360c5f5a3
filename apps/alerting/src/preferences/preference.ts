import type { Preference } from '@souk/contracts';

/** What holds until somebody says otherwise. */
export const DEFAULT_PREFERENCE: Preference = {
  language: 'en',
  currency: null,
  timeZone: 'UTC',
  quietFrom: null,
  quietTo: null,
  digest: 'off',
  digestAt: '09:00',
  alertsPerDay: null,
  minimumScore: null,
  mutedInsights: [],
};

/** What is wrong with a preference as a whole. */
export function problemOf({
  quietFrom,
  quietTo,
}: Preference): { field: string; problem: string } | undefined {
  if ((quietFrom === null) !== (quietTo === null))
    return {
      field: quietFrom === null ? 'quietFrom' : 'quietTo',
      problem: 'set both ends of quiet hours, or neither',
    };
  if (quietFrom !== null && quietFrom === quietTo)
    return { field: 'quietTo', problem: 'must be another time than quietFrom: quiet hours end' };
  return undefined;
}
