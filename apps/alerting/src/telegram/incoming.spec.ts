import { readIncoming } from './incoming.ts';

const from = { id: 7, is_bot: false, first_name: 'Ada', language_code: 'de' };
const chat = { id: 7, type: 'private' as const, first_name: 'Ada', last_name: 'L' };
const group = { id: -5, type: 'supergroup' as const, title: 'Group' };
const said = (message: object): ReturnType<typeof readIncoming> =>
  readIncoming({ update_id: 1, message: { message_id: 1, date: 1, chat, from, ...message } }, 'souk_bot');

it.each([
  ['/start abc', { kind: 'command', name: 'start', rest: 'abc' }],
  ['/Watches@SOUK_bot', { kind: 'command', name: 'watches', rest: '' }],
  ['/settings time-zone Asia/Kolkata', { kind: 'command', name: 'settings', rest: 'time-zone Asia/Kolkata' }],
  ['ps5 unter 400 euro', { kind: 'text', text: 'ps5 unter 400 euro' }],
  ['/ not a command', { kind: 'text', text: '/ not a command' }],
])('in private %s is heard', (text, heard) => {
  expect(said({ text })).toMatchObject({
    ...heard,
    person: { id: 7, language: 'de' },
    chat: { title: 'Ada L' },
  });
});

it.each([
  ['/watches', { kind: 'command' }],
  ['/watches@another_bot', undefined],
  ['we talk among ourselves', undefined],
  ['@souk_bot ps5 under 400', { kind: 'text', text: 'ps5 under 400' }],
  ['@SOUK_bot', { kind: 'command', name: 'help' }],
  ['@souk_bots are others', undefined],
])('in a group %s is heard only when it is for the bot', (text, heard) => {
  const incoming = said({ text, chat: group, message_thread_id: 9, is_topic_message: true });
  if (heard)
    expect(incoming).toMatchObject({ ...heard, threadId: 9, chat: { isGroup: true, title: 'Group' } });
  else expect(incoming).toBeUndefined();
});

it('an answer to the bot is for the bot; a reply is no topic; other bots are not heard', () => {
  const reply = { reply_to_message: { from: { username: 'souk_bot' } }, message_thread_id: 4 };
  expect(said({ text: 'yes', chat: group, ...reply })).toMatchObject({ kind: 'text', threadId: null });
  expect(said({ text: 'hello', from: { ...from, is_bot: true } })).toBeUndefined();
  expect(said({ photo: [] })).toBeUndefined();
  expect(said({ caption: 'https://shop.example/x', photo: [] })).toMatchObject({ kind: 'text' });
});

it('a group that moves, a bot that is thrown out, a pressed button', () => {
  expect(said({ chat: group, migrate_to_chat_id: -1_005 })).toMatchObject({
    kind: 'upgraded',
    toChatId: -1_005,
  });
  const member = { chat, from, date: 1, old_chat_member: {}, new_chat_member: { status: 'kicked' } };
  expect(readIncoming({ update_id: 2, my_chat_member: member } as never, null)).toMatchObject({
    kind: 'membership',
    isMember: false,
  });
  const press = (message: object) =>
    readIncoming({ update_id: 3, callback_query: { id: 'q', from, data: 'help', message } } as never, null);
  expect(press({ message_id: 4, date: 1, chat, photo: [] })).toMatchObject({
    kind: 'press',
    data: 'help',
    message: { messageId: 4, isPhoto: true },
  });
  // Too old for Telegram to tell what it was.
  expect(press({ message_id: 4, date: 0, chat })).toMatchObject({ message: null });
});
