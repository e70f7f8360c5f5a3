import { addresseeOf, CHAT_FAULTS, Chats, messageOf, TELEGRAM_TOKEN } from './chats.ts';

const textOf = (product: string, day: string): string =>
  `<b>prove-shop ${product}</b>\n80.00 USD\n• it fell\nprove-shop · ${product} · ${day} 10:07 UTC`;

describe('the recording chats', () => {
  let chats: Chats;
  beforeEach(async () => {
    chats = await Chats.open(7);
    chats.telegram.setPace(false);
  });
  afterEach(() => chats.close());

  const send = async (text: string): Promise<number | 'silence'> => {
    try {
      const response = await fetch(`${chats.telegram.url}/bot${TELEGRAM_TOKEN}/sendMessage`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ chat_id: 5, text, parse_mode: 'HTML' }),
        signal: AbortSignal.timeout(3_000),
      });
      return response.status;
    } catch {
      return 'silence';
    }
  };

  it('know a message by its product and minute, and whose it is', () => {
    expect(messageOf(textOf('lane-3-product-9', '2024-01-02'))).toBe('lane-3-product-9 2024-01-02T10:07');
    expect(messageOf('Alerts will come here from now on.')).toBeUndefined();
    const message = {
      chat: 'Telegram',
      message: 'lane-3-product-9 x',
      fault: undefined,
      isMarked: false,
    } as const;
    expect(addresseeOf(message)).toBe('customer');
  });

  it('answer well until they are told to misbehave, then in every wrong way, and each message once', async () => {
    const texts = Array.from({ length: 12 }, (_, day) => textOf('lane-0-product-1', `2024-02-${day + 10}`));
    expect(await send(texts[0]!)).toBe(200);
    chats.areFaulty = true;
    const first = await Promise.all(texts.slice(1).map(send));
    expect(new Set(first)).toEqual(new Set([200, 429, 502, 'silence']));
    for (const fault of CHAT_FAULTS) expect(chats.faults[fault]).toBeGreaterThan(0);
    expect(new Set(await Promise.all(texts.map(send)))).toEqual(new Set([200]));
    expect(chats.attempts).toHaveLength(24);
  });
});
