import { connect } from 'node:net';
import {
  EndMail,
  FinishSlackInstall,
  MAX_CHAT_UPDATE_BYTES,
  ReceiveChatUpdate,
  type ResponseOf,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { startGateway } from './gateway-world.ts';

describe('what chat platforms and links in mails reach', () => {
  let world: World;
  let base: string;
  const received: { platform: string; kind: string; proof: object; body: string }[] = [];
  beforeAll(async () => {
    ({ world } = await startGateway());
    base = world.running('gateway').url!;
    world.answer(
      ReceiveChatUpdate,
      ({ platform, kind, proof }, body): ResponseOf<typeof ReceiveChatUpdate> => {
        const text = Buffer.from(body ?? []).toString();
        received.push({ platform, kind, proof, body: text });
        if (proof.signature === 'v0=forged') return { verdict: 'forged' };
        return text.includes('challenge')
          ? { verdict: 'stored', challenge: 'say this' }
          : { verdict: 'stored' };
      },
    );
    world.answer(FinishSlackInstall, () => ({ workspace: '<b>Team</b>' }));
    world.answer(EndMail, () => ({ address: 'a@mail.example' }));
    await world.nats.flush();
  });
  afterAll(() => world.stop());

  const post = (path: string, body: string, headers: Record<string, string>) =>
    fetch(`${base}${path}`, { method: 'POST', body, headers });
  const signed = { 'x-slack-signature': 'v0=good', 'x-slack-request-timestamp': '1' };

  it('hands bodies on byte for byte, whatever their type, and answers nothing but the challenge', async () => {
    const form = { ...signed, 'content-type': 'application/x-www-form-urlencoded' };
    const command = await post('/hooks/slack/commands', 'text=a%20b&x=%C3%A4', form);
    expect([command.status, await command.text()]).toEqual([200, '']);
    expect(received.at(-1)).toEqual({
      platform: 'slack',
      kind: 'commands',
      proof: { signature: 'v0=good', timestamp: '1' },
      body: 'text=a%20b&x=%C3%A4',
    });
    const json = { ...signed, 'content-type': 'application/json' };
    const test = await post('/hooks/slack/events', '{ "challenge" : 1 }', json);
    expect([test.status, await test.text()]).toEqual([200, 'say this']);
    expect(received.at(-1)!.body).toBe('{ "challenge" : 1 }');
    const update = await post('/hooks/telegram', '{"update_id":1}', {
      'content-type': 'application/json',
      'x-telegram-bot-api-secret-token': 'token',
    });
    expect(update.status).toBe(200);
    expect(received.at(-1)).toMatchObject({ platform: 'telegram', proof: { secretToken: 'token' } });
  });

  it('refuses what carries no proof without asking anybody, and what is forged', async () => {
    const before = received.length;
    const json = { 'content-type': 'application/json' };
    expect((await post('/hooks/slack/events', '{}', json)).status).toBe(401);
    expect((await post('/hooks/telegram', '{}', json)).status).toBe(401);
    expect(received).toHaveLength(before);
    const forged = await post('/hooks/slack/events', '{}', {
      ...signed,
      ...json,
      'x-slack-signature': 'v0=forged',
    });
    expect(forged.status).toBe(401);
    expect((await post('/hooks/slack/elsewhere', '{}', { ...signed, ...json })).status).toBe(422);
  });

  it('takes no more than a bounded body', async () => {
    const before = received.length;
    const headers = { ...signed, 'content-type': 'application/json' };
    const large = await post('/hooks/slack/events', ' '.repeat(MAX_CHAT_UPDATE_BYTES + 1), headers);
    expect(large.status).toBe(413);
    expect(received).toHaveLength(before);
  });

  it('gives up a body that trickles in, so that nobody can hold every place', async () => {
    const { hostname, port } = new URL(base);
    const socket = connect(Number(port), hostname);
    const head =
      'POST /hooks/telegram HTTP/1.1\r\nHost: souk\r\nContent-Type: application/json\r\n' +
      'X-Telegram-Bot-Api-Secret-Token: token\r\nContent-Length: 100\r\n\r\n{';
    socket.write(head);
    const trickle = setInterval(() => socket.write(' '), 200);
    try {
      let answer = '';
      socket.on('data', (piece) => (answer += String(piece))).on('error', () => undefined);
      await new Promise((resolve) => socket.once('close', resolve));
      expect(answer).toMatch(/^HTTP\/1.1 408 /);
    } finally {
      clearInterval(trickle);
      socket.destroy();
    }
  });

  it('a link in a mail ends nothing by being looked at, only by a press', async () => {
    let ended = 0;
    world.answer(EndMail, () => {
      ended += 1;
      return { address: '<a@mail.example>' };
    });
    const url = `${base}/hooks/email/unsubscribe?token=abc.def`;
    const page = await fetch(url);
    expect([page.status, ended]).toEqual([200, 0]);
    expect(await page.text()).toContain(
      '<form method="post" action="/hooks/email/unsubscribe?token=abc.def">',
    );
    const german = await fetch(url, { headers: { 'accept-language': 'de-DE,de;q=0.9' } });
    expect([await german.text(), ended]).toEqual([expect.stringContaining('Keine Mails mehr'), 0]);
    const pressed = await fetch(url, {
      method: 'POST',
      body: 'List-Unsubscribe=One-Click',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([pressed.status, ended]).toEqual([200, 1]);
    expect(await pressed.text()).toContain('&lt;a@mail.example&gt;');
  });

  it('names of workspaces are text on the page after an installation', async () => {
    const page = await fetch(`${base}/hooks/slack/oauth?code=c&state=s`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('&lt;b&gt;Team&lt;/b&gt;');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});
