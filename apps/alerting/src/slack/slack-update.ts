import type { ChatUpdateKind } from '@souk/contracts';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ReadUpdate } from '../chats/chat-door.ts';

const Challenge = z.looseObject({ type: z.literal('url_verification'), challenge: z.string().max(1_000) });
const EventBody = z.looseObject({
  type: z.literal('event_callback'),
  team_id: z.string(),
  event_id: z.string(),
  event: z.looseObject({
    type: z.string(),
    channel: z.unknown().optional(),
    item: z.looseObject({ channel: z.string() }).optional(),
  }),
});
const CommandBody = z.looseObject({ team_id: z.string(), channel_id: z.string(), user_id: z.string() });
const InteractionBody = z.looseObject({
  type: z.string(),
  team: z.looseObject({ id: z.string() }).nullable(),
  channel: z.looseObject({ id: z.string() }).optional(),
  user: z.looseObject({ id: z.string() }),
});

/** The body as Bolt knows it: events are JSON, commands a form, interactions JSON within a form. */
export function slackBody(kind: ChatUpdateKind, body: Buffer): Record<string, unknown> | undefined {
  try {
    if (kind === 'events') return JSON.parse(body.toString()) as Record<string, unknown>;
    const form = Object.fromEntries(new URLSearchParams(body.toString()));
    return kind === 'commands' ? form : (JSON.parse(form.payload ?? '') as Record<string, unknown>);
  } catch {
    return undefined;
  }
}

/** Its name and its conversation; a challenge when Slack tests the address. */
export function readSlackUpdate(
  kind: ChatUpdateKind,
  raw: Buffer,
): ReadUpdate | { challenge: string } | undefined {
  const body = slackBody(kind, raw);
  if (kind === 'events') {
    const test = Challenge.safeParse(body).data;
    if (test) return { challenge: test.challenge };
    const told = EventBody.safeParse(body).data;
    if (!told) return undefined;
    const { channel, item } = told.event;
    const conversation = item?.channel ?? (typeof channel === 'string' ? channel : told.event.type);
    return { key: told.event_id, conversation: `${told.team_id}/${conversation}` };
  }
  // Commands and interactions have no id of their own; repeated they are the same, byte for byte.
  const key = `${kind}:${createHash('sha256').update(raw).digest('base64url')}`;
  if (kind === 'commands') {
    const command = CommandBody.safeParse(body).data;
    return command && { key, conversation: `${command.team_id}/${command.channel_id}` };
  }
  const pressed = InteractionBody.safeParse(body).data;
  return (
    pressed && { key, conversation: `${pressed.team?.id ?? ''}/${pressed.channel?.id ?? pressed.user.id}` }
  );
}
