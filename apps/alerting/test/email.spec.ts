import {
  AlertDelivered,
  AlertFailed,
  ChangePreference,
  ConfirmChannel,
  CreateChannel,
  DeleteChannel,
  EndMail,
  GetPreference,
  ListChannels,
  newId,
  type Preference,
  productIdOf,
  Refusal,
  type RequestOf,
  TestChannel,
} from '@souk/contracts';
import { cardOfProduct } from '../src/cards/card.ts';
import { cardTexts } from '../src/cards/card-texts.ts';
import { sampleDeal, sampleProduct } from '../src/cards/samples.ts';
import { DEFAULT_PREFERENCE } from '../src/preferences/preference.ts';
import { Texts } from '../src/texts/texts.ts';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { alertsOf, news, prices, scored, source, startAlerting, watch } from './alerting-world.ts';

interface ReceivedMail {
  from: string;
  to: string;
  isEncrypted: boolean;
  user: string | undefined;
  text: string;
}

/** What the server does with the next mail: refuses its recipient or its text, or takes it and says nothing. */
type Fault = { at: 'rcpt' | 'data'; code: number; text: string } | 'lost';

/** A real SMTP server that asks for a password and offers STARTTLS. */
async function startMailServer() {
  const mails: ReceivedMail[] = [];
  const faults: Fault[] = [];
  const refusal = (fault: Exclude<Fault, 'lost'>) =>
    Object.assign(new Error(fault.text), { responseCode: fault.code });
  const server = new SMTPServer({
    logger: false,
    closeTimeout: 100,
    onAuth: ({ username, password }, _, done) =>
      password === 'mail-canary' ? done(null, { user: username }) : done(new Error('wrong')),
    onRcptTo: (_, __, done) => {
      const [fault] = faults;
      if (fault === undefined || fault === 'lost' || fault.at !== 'rcpt') return done();
      faults.shift();
      done(refusal(fault));
    },
    onData: (stream, session, done) => {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        const fault = faults.shift();
        if (fault !== undefined && fault !== 'lost') return done(refusal(fault));
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo[0]!.address,
          isEncrypted: session.secure,
          user: session.user as string | undefined,
          text: Buffer.concat(pieces).toString(),
        });
        // Taken, and the answer never comes.
        if (fault !== 'lost') done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://souk:mail-canary@127.0.0.1:${port}`,
    mails,
    fail: (...next: Fault[]) => void faults.push(...next),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** Quoted-printable undone, as mail programs do. */
const readable = (text: string): string =>
  Buffer.from(
    text
      .replaceAll(/=\r\n/g, '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString();

describe('e-mail', () => {
  let server: Awaited<ReturnType<typeof startMailServer>>;
  let world: Awaited<ReturnType<typeof startAlerting>>;
  beforeAll(async () => {
    server = await startMailServer();
    world = await startAlerting({
      env: {
        SOUK_SMTP_URL: server.url,
        SOUK_MAIL_FROM: 'Souk <souk@souk.example>',
        SOUK_PUBLIC_URL: 'https://souk.example/',
      },
    });
  });
  afterAll(async () => {
    await world?.stop();
    await server?.close();
  });

  const mailsTo = (address: string) => server.mails.filter(({ to }) => to === address);
  let addresses = 0;
  interface Made {
    accountId: string;
    channelId: string;
    address: string;
    code: string;
  }
  /** Whether a code was sent: a busy machine misses the few seconds that a person waits for it. */
  const isSent = async (wanted: RequestOf<typeof CreateChannel>): Promise<boolean> => {
    try {
      await world.ask(CreateChannel, wanted);
      return true;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'unavailable') return false;
      throw error;
    }
  };
  const nextAddress = () => `person-${(addresses += 1)}@mail.example`;
  const codeMail = (address: string) =>
    world.until(() => mailsTo(address)[0], { what: `a mail to ${address}` });
  /** Whoever is told that no code could be sent asks again, here for another address. */
  const made = async (accountId = newId()): Promise<Made> => {
    const [channelId, address] = [newId(), nextAddress()];
    if (!(await isSent({ accountId, channelId, channel: { type: 'email', address } })))
      return made(accountId);
    const { text } = await codeMail(address);
    return { accountId, channelId, address, code: /^Subject: (\w+) confirms/m.exec(text)![1]! };
  };
  const confirmed = async () => {
    const channel = await made();
    await world.ask(ConfirmChannel, channel);
    return channel;
  };
  const stateOf = async (accountId: string) =>
    (await world.ask(ListChannels, { accountId, limit: 10 })).channels.map(({ state }) => state);
  let falls = 0;
  const raise = async (channel: { accountId: string; channelId: string }, title?: string) => {
    const product = `fall-${(falls += 1)}`;
    const { accountId, channelId } = channel;
    if (title !== undefined)
      await news(world, accountId, product, { title, url: 'https://shop.example/?a=1&b=2' });
    await watch(world, accountId, product, { dropPercent: 10 }, [channelId]);
    await prices(world, accountId, [
      scored(accountId, product, { priceMinor: 500, previousPriceMinor: 1_000 }),
    ]);
    return (await alertsOf(world, accountId))[0]!;
  };
  const delivered = async (alertId: string) =>
    (await world.event(AlertDelivered, (event) => event.data.alertId === alertId)).data;
  const attempted = (alertId: string, attempts: number) =>
    world.until(async () => {
      const [row] = await world.sql<{ state: string; attempts: number }>(
        'alerting',
        'select state, attempts from delivery where alert_id = $1',
        [alertId],
      );
      return row?.state === 'waiting' && row.attempts === attempts;
    });

  /** What waits for a repeat is due at once. */
  const hurry = ({ channelId }: { channelId: string }) =>
    world.sql('alerting', 'update delivery_queue set due_at = now() where channel_id = $1', [channelId]);

  it('nothing but a code goes to an address before it is confirmed, and the code goes nowhere else', async () => {
    const channel = await made();
    const { accountId, channelId, code, address } = channel;
    const { channels } = await world.ask(ListChannels, { accountId, limit: 10 });
    expect(JSON.stringify(channels)).not.toContain(code);
    expect(channels).toMatchObject([{ state: 'waiting-for-link', target: address }]);
    expect(await world.ask(TestChannel, { accountId, channelId })).toMatchObject({ delivered: false });
    const alert = await raise(channel);
    await attempted(alert.id, 1);
    expect(mailsTo(address)).toHaveLength(1);
    await world.ask(ConfirmChannel, { accountId, channelId, code: ` ${code.toLowerCase()} ` });
    expect(await delivered(alert.id)).toMatchObject({ channelType: 'email', attempts: 2 });
    expect(mailsTo(address)).toHaveLength(2);
    expect(mailsTo(address)[1]).toMatchObject({ from: 'souk@souk.example', isEncrypted: true, user: 'souk' });
  });

  it('five wrong guesses end a code, and another account cannot use it', async () => {
    const { accountId, channelId, code } = await made();
    await expect(world.ask(ConfirmChannel, { accountId: newId(), channelId, code })).rejects.toMatchObject({
      code: 'not-found',
    });
    for (let guess = 0; guess < 5; guess += 1) {
      await expect(
        world.ask(ConfirmChannel, { accountId, channelId, code: 'AAAAAAAA' }),
      ).rejects.toMatchObject({ code: 'invalid' });
    }
    await expect(world.ask(ConfirmChannel, { accountId, channelId, code })).rejects.toMatchObject({
      code: 'invalid',
    });
    expect(await stateOf(accountId)).toEqual(['waiting-for-link']);
  });

  it('an account has at most ten codes sent in an hour: no flood of mail to strangers', async () => {
    const accountId = newId();
    const ask = () =>
      isSent({ accountId, channelId: newId(), channel: { type: 'email', address: nextAddress() } });
    // A code that could not be sent in time counts as well.
    for (let count = 0; count < 10; count += 1) await ask();
    await expect(ask()).rejects.toMatchObject({ code: 'too-many' });
    await made();
  });

  it('an alert is a mail with text and HTML: foreign text is escaped and cannot break out of the head', async () => {
    const channel = await confirmed();
    const alert = await raise(channel, 'Lamp <script>alert(1)</script>\r\nBcc: victim@mail.example');
    await delivered(alert.id);
    const { text } = mailsTo(channel.address)[1]!;
    const [head] = text.split('\r\n\r\n', 1) as [string];
    expect(head).not.toMatch(/^Bcc:/im);
    expect(head).toMatch(/^Content-Type: multipart\/alternative/m);
    expect(head).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m);
    expect(head).toMatch(/^Message-ID: <[0-9a-f-]{36}@/im);
    const body = readable(text);
    expect(body).toContain('Lamp &lt;script&gt;');
    expect(body.split('text/html')[1]).not.toContain('<script>');
    expect(body).toContain('href="https://shop.example/?a=1&amp;b=2"');
  });

  it('a mail tells what is known of the deal: the real discount, why it is good, and where the price comes from', async () => {
    const channel = await confirmed();
    const product = productIdOf(channel.accountId, source, `fall-${falls + 1}`);
    const offer = { ...sampleProduct.offers[0]!, offerId: product, attribution: 'Prices by <Lampenhaus>' };
    world.known.set(product, { ...sampleProduct, id: product, offers: [offer] });
    world.deals.set(product, {
      ...sampleDeal,
      productId: product,
      offerId: product,
      priceMinor: 500,
      currency: 'USD',
    });
    await world.sql(
      'alerting',
      `insert into preference (channel_id, account_id, language, time_zone, digest, digest_at)
       values ($1, $2, 'de', 'UTC', 'off', '09:00')`,
      [channel.channelId, channel.accountId],
    );
    await delivered((await raise(channel)).id);
    const body = readable(mailsTo(channel.address)[1]!.text);
    const card = cardTexts(
      cardOfProduct({ ...sampleProduct, id: product, offers: [offer] }, world.deals.get(product)),
      new Texts('de'),
      new Date(),
    );
    expect(card.discount).toContain('wirklich');
    for (const said of [card.discount!, card.score!, ...card.scoreReasons]) expect(body).toContain(said);
    expect(card.scoreReasons).toHaveLength(2);
    expect(body.split('text/html')[1]).toContain('Prices by &lt;Lampenhaus&gt;');
    expect(body).toContain('Keine Mails mehr');
    world.known.delete(product);
  });

  it('whoever is reached by mail only has the settings of a chat, and is written to in their language', async () => {
    const [accountId, channelId] = [newId(), newId()];
    const address = 'ada@mail.example';
    const channel = { type: 'email', address } as const;
    const wanted = { accountId, channelId, language: 'de-AT', channel };
    while (!(await isSent(wanted)));
    const { text } = await codeMail(address);
    const code = /^Subject:[^]*?(\b[A-Z0-9]{8}\b)/m.exec(text)![1]!;
    expect(readable(text)).toContain('Jemand möchte, dass Meldungen');
    await world.ask(ConfirmChannel, { accountId, channelId, code });
    const { preference } = await world.ask(GetPreference, { accountId, channelId });
    expect(preference).toEqual({ ...DEFAULT_PREFERENCE, language: 'de-AT' });
    const changes: Partial<Preference> = {
      currency: 'EUR',
      timeZone: 'Europe/Vienna',
      quietFrom: '22:00',
      quietTo: '07:00',
      digest: 'weekly',
      digestAt: '08:30',
      alertsPerDay: 5,
      minimumScore: 60,
      mutedInsights: ['trend', 'season'],
    };
    const expected = { preference: { ...preference, ...changes } };
    expect(await world.ask(ChangePreference, { accountId, channelId, changes })).toEqual(expected);
    expect(await world.ask(GetPreference, { accountId, channelId })).toEqual(expected);
    // Its next digest has its time from then on.
    const turns = await world.sql('alerting', 'select due_at from digest_turn where channel_id = $1', [
      channelId,
    ]);
    expect(turns).toHaveLength(1);
    await world.ask(TestChannel, { accountId, channelId });
    expect(readable(mailsTo(address)[1]!.text)).toContain('Meldungen kommen an diese Adresse');

    const change = (of: string, id: string, wish: Partial<Preference>) =>
      world.ask(ChangePreference, { accountId: of, channelId: id, changes: wish });
    await expect(change(accountId, channelId, { quietTo: null })).rejects.toMatchObject({ code: 'invalid' });
    await expect(change(newId(), channelId, { digest: 'off' })).rejects.toMatchObject({ code: 'not-found' });
    const inbox = newId();
    await world.ask(CreateChannel, { accountId, channelId: inbox, channel: { type: 'inbox' } });
    await expect(change(accountId, inbox, { digest: 'off' })).rejects.toMatchObject({ code: 'invalid' });
    expect(await world.ask(GetPreference, { accountId, channelId })).toEqual(expected);
    await world.ask(DeleteChannel, { accountId, channelId });
    const left = await world.sql('alerting', 'select 1 from preference where channel_id = $1', [channelId]);
    expect(left).toEqual([]);
  });

  it('the link in a mail ends it at once, a link that was changed ends nothing', async () => {
    const channel = await confirmed();
    const alert = await raise(channel);
    await delivered(alert.id);
    const head = mailsTo(channel.address)[1]!.text.replaceAll(/\r\n[ \t]+/g, '');
    const url = new URL(/^List-Unsubscribe:\s*<([^>]+)>/m.exec(head)![1]!);
    expect(url.origin + url.pathname).toBe('https://souk.example/hooks/email/unsubscribe');
    const token = url.searchParams.get('token')!;
    await expect(
      world.ask(EndMail, { token: token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) }),
    ).rejects.toMatchObject({ code: 'not-found' });
    expect(await stateOf(channel.accountId)).toEqual(['ready']);
    expect(await world.ask(EndMail, { token })).toEqual({ address: channel.address });
    expect(await stateOf(channel.accountId)).toEqual(['failing']);
  });

  it('a server that is busy is asked again, a mailbox that does not exist ends the channel', async () => {
    const channel = await confirmed();
    server.fail({ at: 'rcpt', code: 451, text: '4.7.1 greylisted' });
    const alert = await raise(channel);
    await attempted(alert.id, 1);
    await hurry(channel);
    expect(await delivered(alert.id)).toMatchObject({ attempts: 2, possibleRepeat: false });
    server.fail({ at: 'rcpt', code: 550, text: '5.1.1 no such user' });
    const refused = await raise(channel);
    const failed = await world.event(AlertFailed, (event) => event.data.alertId === refused.id);
    expect(failed.data).toMatchObject({ attempts: 1, reason: expect.stringContaining('550 (5.1.1)') });
    expect(await stateOf(channel.accountId)).toEqual(['failing']);
  });

  it('a text that is refused ends the alert and not the channel', async () => {
    const channel = await confirmed();
    server.fail({ at: 'data', code: 554, text: '5.7.1 looks like spam' });
    const alert = await raise(channel);
    const failed = await world.event(AlertFailed, (event) => event.data.alertId === alert.id);
    expect(failed.data.reason).toContain('554 (5.7.1)');
    expect(await stateOf(channel.accountId)).toEqual(['ready']);
  });

  it('a mail without an answer is repeated once, under the same Message-ID', async () => {
    const channel = await confirmed();
    server.fail('lost');
    const alert = await raise(channel);
    await world.until(() => mailsTo(channel.address).length === 2);
    await attempted(alert.id, 1);
    await hurry(channel);
    expect(await delivered(alert.id)).toMatchObject({ attempts: 2, possibleRepeat: true });
    const ids = mailsTo(channel.address)
      .slice(1)
      .map(({ text }) => /^Message-ID: (\S+)/im.exec(text)![1]);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });
});
