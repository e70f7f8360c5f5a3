import { Preference } from '@souk/contracts';
import { z } from 'zod';
import { CurrencyInput } from '../http/shapes.ts';

const { shape } = Preference;
const described = {
  language: shape.language.meta({
    description: 'BCP 47; English where there is no catalogue.',
    example: 'de',
  }),
  currency: CurrencyInput.nullable().meta({
    description: 'Of amounts without one; null: as the shop has it.',
  }),
  timeZone: shape.timeZone.meta({ description: 'IANA name.', example: 'Europe/Berlin' }),
  quietFrom: shape.quietFrom.meta({
    description: 'Nothing is told from here on, in the time zone; with quietTo or not at all.',
    example: '22:00',
  }),
  quietTo: shape.quietTo.meta({ description: 'May be on the next day.', example: '07:00' }),
  digest: shape.digest,
  digestAt: shape.digestAt.meta({ example: '09:00' }),
  alertsPerDay: shape.alertsPerDay.meta({ description: 'At most; null: each as it comes.' }),
  minimumScore: shape.minimumScore.meta({ description: 'Alerts below it stay in the inbox; null: any.' }),
  mutedInsights: shape.mutedInsights.meta({ description: 'Insights that are switched off.' }),
};

export const PreferenceView = z.object(described).meta({ id: 'Preferences' });
export const PreferenceChanges = z
  .strictObject(described)
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, { message: 'name at least one setting' });
export type PreferenceChanges = z.infer<typeof PreferenceChanges>;
