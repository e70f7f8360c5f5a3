import { z } from 'zod';
import { RefusedBySource, type RefusalKind, type SourceAnswer } from '../adapter.ts';
import { expectSuccess, retryAfter } from '../expect-success.ts';

const FieldName = z.union([
  z.string(),
  z.object({ name: z.string().optional(), field: z.string().optional(), message: z.string().optional() }),
]);
const Declined = z.object({
  type: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  reason: z.string().optional().catch(undefined),
  fieldList: z.array(FieldName).optional().catch(undefined),
  retryAfterSeconds: z.coerce.number().nonnegative().optional().catch(undefined),
  errors: z
    .array(z.object({ code: z.string(), message: z.string().default('') }))
    .optional()
    .catch(undefined),
});
type Declined = z.infer<typeof Declined>;

/** Reasons that only the operator can do something about, with what that is. */
const advice: Readonly<Record<string, string>> = {
  AssociateNotEligible:
    'Amazon lets an Associates account use this interface only after 10 qualified sales within the last 30 days: make them, or put another source before this one until then',
  InvalidPartnerTag: 'the partner tag does not belong to this credential: check partnerTag',
  InvalidAssociate:
    'the credential is not linked to the partner tag in this marketplace: link it in Associates Central',
  InvalidToken: 'the token is not valid here: check that the credential version fits the marketplace',
};

const kinds: Readonly<Record<number, RefusalKind>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'invalid',
  429: 'throttled',
};

/** True where Amazon says that there is nothing of the kind, which is an answer and no refusal. */
export function saysNothingFound({ status, body }: SourceAnswer): boolean {
  const { type, errors } = declinedIn(body);
  if (errors?.some(({ code }) => code === 'NoResults')) return true;
  return status === 404 && (type?.includes('ResourceNotFound') ?? false);
}

/** Throws RefusedBySource, in words and with what to do, unless the status is 2xx. */
export function expectAmazonSuccess(answer: SourceAnswer): void {
  const { status, headers, fetchedAt } = answer;
  if (status >= 200 && status < 300) return;
  const declined = declinedIn(answer.body);
  if (!declined.type && !declined.message && !declined.errors) return expectSuccess(answer);
  const seconds = declined.retryAfterSeconds;
  const retryAfterMs =
    seconds === undefined ? retryAfter(headers.get('retry-after'), fetchedAt.getTime()) : seconds * 1_000;
  const kind = kinds[status] ?? (status >= 500 ? 'unavailable' : 'invalid');
  throw new RefusedBySource(kind, `Amazon answered ${status}: ${inWords(declined)}`, retryAfterMs);
}

function inWords({ type, reason, message, fieldList, errors }: Declined): string {
  const name = reason ?? errors?.[0]?.code ?? type ?? '';
  const said = message ?? errors?.[0]?.message ?? '';
  const fields = (fieldList ?? []).map((field) =>
    typeof field === 'string' ? field : [field.name ?? field.field, field.message].filter(Boolean).join(': '),
  );
  return [name, advice[name] ?? said, fields.length > 0 && `(${fields.join(', ')})`]
    .filter(Boolean)
    .join(' - ')
    .slice(0, 500);
}

function declinedIn(body: string): Declined {
  try {
    return Declined.catch({}).parse(JSON.parse(body));
  } catch {
    return {};
  }
}
