import { Injectable } from '@nestjs/common';
import { Clock, type Tx } from '@souk/service';
import { hashLinkCode } from '../channels/secrets.ts';
import { PreferenceStore } from '../preferences/preference.store.ts';
import { setTenants } from '../tenants.ts';
import { languageOf } from '../texts/languages.ts';
import { Texts } from '../texts/texts.ts';
import { type Answer, plainMessage, say } from './answer.ts';
import { helpMessage } from './help-message.ts';
import type { Incoming } from './incoming.ts';
import type { TelegramMessage } from './message.ts';
import { TelegramStore, type Tied } from './telegram.store.ts';

const MAX_CODE = 64;

/** Ties chats to channels and unties them; people who are not known yet are spoken to in their own language. */
@Injectable()
export class Linking {
  constructor(
    private readonly store: TelegramStore,
    private readonly preferences: PreferenceStore,
    private readonly clock: Clock,
  ) {}

  /** `/start` with the code of a channel; without one it says what the bot can do, or how to get a code. */
  start(incoming: Incoming & { kind: 'command' }, tied: Tied | undefined): Answer {
    const code = incoming.rest.split(/\s/)[0]!;
    const texts = textsFor(incoming);
    if (code !== '' && code.length <= MAX_CODE)
      return { messages: [], within: (tx) => this.link(tx, incoming, code, texts) };
    return tied ? { messages: [helpMessage(texts)] } : say(texts.say('link.how'));
  }

  stop(incoming: Incoming): Answer {
    const texts = textsFor(incoming);
    return {
      messages: [],
      within: async (tx) => {
        const wasTied = await this.store.unlink(tx, incoming.chat.id);
        return [plainMessage(texts.say(wasTied ? 'link.untied' : 'link.not-tied'))];
      },
    };
  }

  /** A chat that is tied to nothing: groups are left in peace unless they call the bot. */
  stranger(incoming: Incoming): Answer {
    const texts = textsFor(incoming);
    if (incoming.kind === 'press') return { messages: [], toast: texts.say('press.foreign') };
    return say(texts.say('link.how'));
  }

  upgrade(incoming: Incoming, toChatId: number): Answer {
    return {
      messages: [],
      within: async (tx) => {
        await this.store.upgrade(tx, incoming.chat.id, toChatId);
        return [];
      },
    };
  }

  /** Somebody blocked the bot or removed it from a group, or let it in again. */
  membership(tied: Tied | undefined, isMember: boolean): Answer {
    if (!tied) return { messages: [] };
    return {
      messages: [],
      within: async (tx) => {
        await this.store.setMembership(tx, tied, isMember);
        return [];
      },
    };
  }

  private async link(tx: Tx, incoming: Incoming, code: string, texts: Texts): Promise<TelegramMessage[]> {
    const chat = { ...incoming.chat, threadId: incoming.threadId };
    const result = await this.store.link(tx, hashLinkCode(code), chat, this.clock.now());
    if (!result.linked)
      return [plainMessage(texts.say(result.why === 'chat-taken' ? 'link.taken' : 'link.invalid'))];
    await setTenants(tx, [result.accountId]);
    const { accountId, channelId } = result;
    await this.preferences.begin(tx, accountId, channelId, languageOf(incoming.person.language));
    return [plainMessage(texts.say('link.done'))];
  }
}

const textsFor = ({ person }: Incoming): Texts => new Texts(languageOf(person.language));
