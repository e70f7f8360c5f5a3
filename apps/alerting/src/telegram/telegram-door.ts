import { Inject, Injectable } from '@nestjs/common';
import type { ChatProof, ChatUpdateKind } from '@souk/contracts';
import { hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { ChatDoor, ChatUpdate, ReadUpdate } from '../chats/chat-door.ts';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';

/** Enough of an update to know it and its conversation by. */
const Chat = z.object({ chat: z.object({ id: z.int() }) });
const AnyUpdate = z.looseObject({
  update_id: z.int(),
  message: Chat.optional(),
  callback_query: z.object({ message: Chat.optional(), from: z.object({ id: z.int() }) }).optional(),
  my_chat_member: Chat.optional(),
});

type HandleUpdate = (update: unknown) => Promise<void>;

/** Where Telegram's webhook comes in, for installations that do not poll. */
@Injectable()
export class TelegramDoor implements ChatDoor {
  readonly platform = 'telegram';
  /** What Telegram is told to send along, see `setWebhook`; follows from the installation's own secret. */
  readonly secretToken: string;
  private handleUpdate: HandleUpdate | undefined;

  constructor(@Inject(ALERTING_CONFIG) config: AlertingConfig) {
    const key = hkdfSync('sha256', config.SOUK_SECRET, 'souk-alerting', 'telegram-webhook', 32);
    this.secretToken = Buffer.from(key).toString('base64url');
  }

  /** Who works on updates opens the door. */
  get isOpen(): boolean {
    return this.handleUpdate !== undefined;
  }

  onUpdate(handle: HandleUpdate): void {
    this.handleUpdate = handle;
  }

  isGenuine({ secretToken = '' }: ChatProof): boolean {
    const given = Buffer.from(secretToken);
    const right = Buffer.from(this.secretToken);
    return given.length === right.length && timingSafeEqual(given, right);
  }

  read(_: ChatUpdateKind, body: Buffer): ReadUpdate | undefined {
    const update = AnyUpdate.safeParse(parsed(body)).data;
    if (!update) return undefined;
    const { message, callback_query: pressed, my_chat_member: member } = update;
    const chat = (message ?? pressed?.message ?? member)?.chat.id ?? pressed?.from.id;
    return { key: String(update.update_id), conversation: String(chat ?? update.update_id) };
  }

  async handle({ body }: ChatUpdate): Promise<void> {
    await this.handleUpdate?.(parsed(body));
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
