import { parse as uuidBytes, stringify as uuidText } from 'uuid';
import { z } from 'zod';

const id = z.uuid();
const page = z.int().min(0).max(999);
/** Names a list or a question among those of a chat. */
const named = z.int().min(0).max(999_999);

/** What a button does. Every one of them fits the 64 bytes that Telegram allows. */
export const Action = z.discriminatedUnion('do', [
  /** The product's card; it is `this` from then on. */
  z.strictObject({ do: z.literal('show'), productId: id }),
  /** Asks when to speak, with prices to choose from. */
  z.strictObject({ do: z.literal('watch'), productId: id }),
  /** Watches a product below so many percent less than it costs now. */
  z.strictObject({ do: z.literal('watch-lower'), productId: id, percent: z.int().min(1).max(90) }),
  /** Watches a product for a price lower than ever. */
  z.strictObject({ do: z.literal('watch-lowest'), productId: id }),
  z.strictObject({ do: z.literal('similar'), productId: id }),
  /** Compares what stands on a page of a list. */
  z.strictObject({ do: z.literal('compare'), page, list: named }),
  /** Turns a list to another page. */
  z.strictObject({ do: z.literal('page'), page, list: named }),
  z.strictObject({ do: z.literal('watches'), page }),
  z.strictObject({ do: z.literal('deals'), page }),
  z.strictObject({ do: z.literal('savings') }),
  /** How prices of everything have moved. */
  z.strictObject({ do: z.literal('market') }),
  z.strictObject({ do: z.literal('settings') }),
  z.strictObject({ do: z.literal('help') }),
  z.strictObject({ do: z.literal('explain'), watchId: id }),
  z.strictObject({ do: z.literal('snooze'), watchId: id, hours: z.int().min(1).max(720) }),
  z.strictObject({ do: z.literal('pause'), watchId: id }),
  z.strictObject({ do: z.literal('resume'), watchId: id }),
  /** Asks whether to delete the watch. */
  z.strictObject({ do: z.literal('stop'), watchId: id }),
  z.strictObject({ do: z.literal('stop-now'), watchId: id }),
  /** The person bought what the alert told of, at its price. */
  z.strictObject({ do: z.literal('bought-alert'), alertId: id }),
  /** The person bought the product at the price that the card shows. */
  z.strictObject({
    do: z.literal('bought-at'),
    productId: id,
    amountMinor: z.int().positive().max(999_999_999_999_999),
    currency: z.string().regex(/^[A-Z]{3}$/),
  }),
  /** The person bought the product at the price that is known now: its card shows none. */
  z.strictObject({ do: z.literal('bought'), productId: id }),
  /** Pressed by mistake: it was not bought. */
  z.strictObject({ do: z.literal('not-bought'), purchaseId: id }),
  /** Answers a question, the last one that this person was asked, by the number of the option. */
  z.strictObject({ do: z.literal('choose'), option: z.int().min(0).max(99), question: named }),
  z.strictObject({ do: z.literal('cancel') }),
]);
export type Action = z.infer<typeof Action>;

/** The shortest form of an action for a button: its name, ids as 22 characters, numbers, a currency; parted by colons. */
export function writeAction(action: Action): string {
  const { do: name, ...rest } = action;
  const values = Object.entries(rest).map(([field, value]) =>
    field.endsWith('Id') ? Buffer.from(uuidBytes(value as string)).toString('base64url') : String(value),
  );
  return [name, ...values].join(':');
}

/** Reads what `writeAction` wrote; undefined for anything else, such as a button of an older version. */
export function readAction(text: string): Action | undefined {
  const [name, ...values] = text.split(':');
  const shape = Action.options.find((option) => option.shape.do.value === name)?.shape;
  if (shape === undefined) return undefined;
  const fields = Object.keys(shape).filter((field) => field !== 'do');
  if (fields.length !== values.length) return undefined;
  const entries = fields.map((field, place) => [field, valueOf(field, values[place]!)]);
  return Action.safeParse({ do: name, ...Object.fromEntries(entries) }).data;
}

function valueOf(field: string, text: string): string | number | undefined {
  if (field === 'currency') return text;
  if (!field.endsWith('Id')) return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === 16 ? uuidText(bytes, 0) : undefined;
}
