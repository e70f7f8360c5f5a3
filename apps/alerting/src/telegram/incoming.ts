import type { Chat, Message, Update } from 'grammy/types';
import { cut } from '../texts/shorten.ts';
import type { Replaced } from './message.ts';

const MAX_TITLE = 100;
/** Longer texts are no request; the conversation says so itself at less than this. */
const MAX_SAID = 2_000;

/** What somebody did in a chat. */
export type Incoming = {
  updateId: number;
  chat: { id: number; title: string; isGroup: boolean };
  /** The topic of a group that it was done in. */
  threadId: number | null;
  person: { id: number; language: string };
} & (
  | { kind: 'command'; name: string; rest: string }
  | { kind: 'text'; text: string }
  | { kind: 'press'; queryId: string; data: string; message: Replaced | null }
  /** The group has another id from now on. */
  | { kind: 'upgraded'; toChatId: number }
  /** The bot was let in, or thrown out and blocked. */
  | { kind: 'membership'; isMember: boolean }
);

/**
 * Reads an update; undefined for what does not concern the bot. In groups only commands, answers to the bot and texts
 * that name it do, also where it is allowed to read everything.
 */
export function readIncoming(update: Update, botName: string | null): Incoming | undefined {
  const { update_id: updateId, message, callback_query: query, my_chat_member: member } = update;
  if (query?.message && query.data !== undefined) {
    const { chat } = query.message;
    // Of a message that is too old Telegram tells no content any more.
    const isAccessible = query.message.date !== 0;
    const isPhoto = 'photo' in query.message;
    return {
      ...commonOf(updateId, chat, query.from, topicOf(query.message)),
      kind: 'press',
      queryId: query.id,
      data: query.data,
      message: isAccessible ? { messageId: query.message.message_id, isPhoto } : null,
    };
  }
  if (member) {
    const isMember = !['left', 'kicked'].includes(member.new_chat_member.status);
    return { ...commonOf(updateId, member.chat, member.from, null), kind: 'membership', isMember };
  }
  if (!message?.from || message.from.is_bot) return undefined;
  const common = commonOf(updateId, message.chat, message.from, topicOf(message));
  if (message.migrate_to_chat_id !== undefined)
    return { ...common, kind: 'upgraded', toChatId: message.migrate_to_chat_id };
  const said = saidIn(message, botName);
  return said && { ...common, ...said };
}

type Said = { kind: 'command'; name: string; rest: string } | { kind: 'text'; text: string };

function saidIn(message: Message, botName: string | null): Said | undefined {
  const text = (message.text ?? message.caption ?? '').slice(0, MAX_SAID).trim();
  if (text === '') return undefined;
  const command = /^\/([a-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?$/is.exec(text);
  if (command) {
    const [, name, addressee, rest = ''] = command;
    const isForOther =
      addressee !== undefined && botName !== null && addressee.toLowerCase() !== botName.toLowerCase();
    return isForOther ? undefined : { kind: 'command', name: name!.toLowerCase(), rest: rest.trim() };
  }
  if (message.chat.type === 'private') return { kind: 'text', text };
  const mention = botName === null ? undefined : new RegExp(`@${botName}\\b`, 'gi');
  const isAnswer = botName !== null && message.reply_to_message?.from?.username === botName;
  if (!isAnswer && !mention?.test(text)) return undefined;
  const words = (mention ? text.replaceAll(mention, ' ') : text).replaceAll(/\s+/g, ' ').trim();
  return words === '' ? { kind: 'command', name: 'help', rest: '' } : { kind: 'text', text: words };
}

const topicOf = (message: Partial<Message>): number | null =>
  message.is_topic_message ? (message.message_thread_id ?? null) : null;

function commonOf(
  updateId: number,
  chat: Chat,
  from: { id: number; language_code?: string },
  threadId: number | null,
): Pick<Incoming, 'updateId' | 'chat' | 'threadId' | 'person'> {
  const name =
    chat.title ?? ([chat.first_name, chat.last_name].filter(Boolean).join(' ') || `chat ${chat.id}`);
  return {
    updateId,
    chat: {
      id: chat.id,
      title: cut(name.replaceAll(/\p{Cc}/gu, ' '), MAX_TITLE),
      isGroup: chat.type !== 'private',
    },
    threadId,
    person: { id: from.id, language: from.language_code ?? 'en' },
  };
}
