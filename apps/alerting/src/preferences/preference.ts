import { Currency } from '@souk/contracts';
import { z } from 'zod';

/** What can be told without being asked for. */
export const INSIGHTS = ['round-up', 'trend', 'season', 'forecast', 'new-products'] as const;
export type Insight = (typeof INSIGHTS)[number];

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 07:30');

/** How a channel wants to be spoken to. Times of day are those of its time zone. */
export const Preference = z.object({
  /** BCP 47; a language without a catalogue is read as English. */
  language: z.string().min(2).max(35),
  /** What amounts without a currency mean; null: as the shop has it. */
  currency: Currency.nullable(),
  /** IANA name. */
  timeZone: z.string().max(64).refine(isTimeZone, 'a time zone such as Europe/Berlin'),
  /** Nothing is told from the one to the other, which may be past midnight; both or neither. */
  quietFrom: TimeOfDay.nullable(),
  quietTo: TimeOfDay.nullable(),
  digest: z.enum(['off', 'daily', 'weekly']),
  digestAt: TimeOfDay,
  /** Alerts at most in a day; null: each as it comes. */
  alertsPerDay: z.int().min(1).max(1_000).nullable(),
  minimumScore: z.int().min(1).max(100).nullable(),
  /** Insights that are switched off. */
  mutedInsights: z.array(z.enum(INSIGHTS)).max(INSIGHTS.length),
});
export type Preference = z.infer<typeof Preference>;

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

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
