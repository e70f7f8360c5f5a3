import { z } from 'zod';
import { RefusedBySource, type SourceAnswer, UnexpectedAnswer } from '../adapter.ts';
import { expectSuccess } from '../expect-success.ts';

/** Tokopedia answers a list of one answer per question, or that answer alone. */
const Answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ message: z.string().optional() })).optional(),
});
const Envelope = z.union([
  Answer,
  z
    .array(Answer)
    .length(1)
    .transform(([only]) => only!),
]);

/** What GraphQL answered. Throws RefusedBySource, or UnexpectedAnswer when there is nothing in it. */
export function dataIn(answer: SourceAnswer): Record<string, unknown> {
  expectSuccess(answer);
  const envelope = Envelope.safeParse(json(answer.body));
  if (!envelope.success) throw new UnexpectedAnswer('the answer of Tokopedia is no GraphQL answer');
  const { data, errors } = envelope.data;
  const told = Object.entries(data ?? {}).filter(([, value]) => value !== null);
  if (told.length > 0) return Object.fromEntries(told);
  const message = errors?.[0]?.message?.slice(0, 200);
  if (message && /too many|rate|throttl/i.test(message))
    throw new RefusedBySource('throttled', `Tokopedia: ${message}`);
  throw new UnexpectedAnswer(
    message ? `Tokopedia answered an error: ${message}` : 'Tokopedia answered 200 with nothing in it',
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnexpectedAnswer('the answer of Tokopedia is not JSON');
  }
}
