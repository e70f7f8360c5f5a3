import { z } from 'zod';
import { Currency } from './ids.ts';

/**
 * What stands in a sentence. `string`: as a person or a shop wrote it, to be escaped; `amount`, `decimal`: written with the
 * decimals they have (`isBare`: the API leaves out a currency that it named just before); `at`, `day`: an instant, and the
 * day it is in; `agoSeconds`: how long ago; `month`: from 1 on; `text`, `list`: other sentences within it.
 */
export type SentenceValue<Sentence> =
  | string
  | number
  | { amountMinor: number; currency: string }
  | { amount: string; currency: string; isBare?: boolean | undefined }
  | { decimal: string }
  | { at: string }
  | { day: string }
  | { agoSeconds: number }
  | { month: number }
  | { text: Sentence }
  | { list: readonly Sentence[] };

/** A sentence for those who write it in another language: its key in the message catalogues, and what stands in it. */
export interface Wording {
  key: string;
  values?: Readonly<Record<string, SentenceValue<Wording>>> | undefined;
}
const Text = z.string().max(5_000);
export const Wording: z.ZodType<Wording> = z.lazy(() =>
  z.object({ key: z.string().max(100), values: z.record(z.string(), WordingValue).optional() }),
);
const WordingValue: z.ZodType<SentenceValue<Wording>> = z.union([
  Text,
  z.number(),
  z.object({ amountMinor: z.int(), currency: Currency }),
  z.object({ amount: Text, currency: Currency, isBare: z.boolean().optional() }),
  z.object({ decimal: Text }),
  z.object({ at: Text }),
  z.object({ day: Text }),
  z.object({ agoSeconds: z.number() }),
  z.object({ month: z.int().min(1).max(12) }),
  z.object({ text: Wording }),
  z.object({ list: z.array(Wording).max(50) }),
]);
