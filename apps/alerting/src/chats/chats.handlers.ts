import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { Answer, type QueryContext } from '@souk/bus';
import { MAX_CHAT_UPDATE_BYTES, ReceiveChatUpdate, Refusal, type ResponseOf } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import type { z } from 'zod';
import { ChatDoors } from './chat-doors.ts';
import { ChatUpdateStore } from './chat-update.store.ts';
import { ChatWorker } from './chat-worker.ts';

/** Takes in what chat platforms send: proved here, where the secrets are, and stored before it is answered for. */
@Controller()
export class ChatHandlers {
  constructor(
    private readonly doors: ChatDoors,
    private readonly updates: ChatUpdateStore,
    private readonly worker: ChatWorker,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @Answer(ReceiveChatUpdate)
  async receive(
    @Payload() { platform, kind, proof }: z.output<typeof ReceiveChatUpdate.request>,
    @Ctx() context: QueryContext,
  ): Promise<ResponseOf<typeof ReceiveChatUpdate>> {
    const door = this.doors.open(platform);
    if (!door) throw new Refusal('not-found', `This installation has no ${platform} app.`);
    const body = Buffer.from(context.body ?? []);
    const now = this.clock.now();
    if (body.length > MAX_CHAT_UPDATE_BYTES || !door.isGenuine(proof, body, now))
      return { verdict: 'forged' };
    const read = door.read(kind, body);
    if (!read) return { verdict: 'unreadable' };
    if ('challenge' in read) return { verdict: 'stored', challenge: read.challenge };
    const { key, conversation } = read;
    const isNew = await this.database.transaction([], (tx) =>
      this.updates.insert(tx, { platform, kind, key, conversation, body }, now),
    );
    if (isNew) this.worker.wake();
    return { verdict: isNew ? 'stored' : 'repeated' };
  }
}
