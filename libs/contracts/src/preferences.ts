import { z } from 'zod';
import { AccountId, Currency } from './ids.ts';
import { query } from './query.ts';

/** What can be told without being asked for; without the `round-up` of a week none of its parts. */
export const INSIGHTS = [
  'round-up',
  'drops',
  'near-limit',
  'savings',
  'trend',
  'season',
  'forecast',
  'new-products',
] as const;
export type Insight = (typeof INSIGHTS)[number];

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 07:30');

const A_TAG = 'must be a language tag such as de';
/** BCP 47; a language without a catalogue is read as English. */
export const Language = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z\d]{2,8}){0,3}$/, A_TAG)
  .refine(isLanguage, A_TAG);

/** How a channel wants to be spoken to. Times of day are those of its time zone. */
export const Preference = z.object({
  language: Language,
  /** What amounts without a currency mean; null: as the shop has it. */
  currency: Currency.nullable(),
  /** IANA name. */
  timeZone: z.string().max(64).refine(isTimeZone, 'must be a time zone such as Europe/Berlin'),
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

const ByChannel = z.object({ accountId: AccountId, channelId: z.uuid() });

export const GetPreference = query('alerting.get-preference', {
  summary: 'How a channel that people read wants to be spoken to.',
  request: ByChannel,
  response: z.object({ preference: Preference }),
});

export const ChangePreference = query('alerting.change-preference', {
  summary: 'Change how a channel wants to be spoken to; what is not named stays as it is.',
  request: ByChannel.extend({ changes: Preference.partial() }),
  response: z.object({ preference: Preference }),
});

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
