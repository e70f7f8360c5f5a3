import { AlertDelivered, CreateChannel, newId, ReceiveChatUpdate, TestChannel } from '@souk/contracts';
import { createEmulator, type Emulator } from 'emulate';
import { slackSignature } from '../src/slack/slack-signature.ts';
import { alertsOf, prices, scored, startAlerting, watch } from './alerting-world.ts';

const SIGNING_SECRET = 'a signing secret of Slack';
const TOKEN = 'xoxb-emulated';

/** A Slack that others wrote: what it takes, we did not decide. */
describe('an emulated Slack', () => {
  let slack: Emulator;
  let world: Awaited<ReturnType<typeof startAlerting>>;
  beforeAll(async () => {
    slack = await createEmulator({
      service: 'slack',
      port: 0,
      seed: {
        slack: {
          signing_secret: SIGNING_SECRET,
          channels: [{ name: 'deals' }],
          tokens: [{ token: TOKEN, type: 'bot' }],
        },
      },
    });
    world = await startAlerting({
      env: {
        SOUK_SLACK_TOKEN: TOKEN,
        SOUK_SLACK_SIGNING_SECRET: SIGNING_SECRET,
        SOUK_SLACK_API_URL: `${slack.url}/api/`,
      },
    });
  });
  afterAll(async () => {
    await world?.stop();
    await slack?.close();
  });

  const call = async (method: string, body: Record<string, string> = {}) => {
    const response = await fetch(`${slack.url}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: new URLSearchParams(body),
    });
    return (await response.json()) as Record<string, unknown>;
  };

  it('gets an alert as a message with blocks in the linked channel', async () => {
    const { channels } = (await call('conversations.list')) as { channels: { id: string; name: string }[] };
    const conversation = channels.find(({ name }) => name === 'deals')!.id;
    const accountId = newId();
    const channelId = newId();
    const { link } = await world.ask(CreateChannel, { accountId, channelId, channel: { type: 'slack' } });
    const body = new URLSearchParams({
      command: '/souk',
      text: `link ${link!.code}`,
      team_id: 'T000000001',
      channel_id: conversation,
      channel_name: 'deals',
      user_id: 'U000000001',
      trigger_id: '1.1.a',
      response_url: `${slack.url}/response`,
    }).toString();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    await world.ask(
      ReceiveChatUpdate,
      {
        platform: 'slack',
        kind: 'commands',
        proof: { signature: slackSignature(SIGNING_SECRET, timestamp, body), timestamp },
      },
      { body: Buffer.from(body) },
    );
    await world.until(async () => (await world.ask(TestChannel, { accountId, channelId })).delivered);
    await watch(world, accountId, 'lamp', { dropPercent: 10 }, [channelId]);
    await prices(world, accountId, [
      scored(accountId, 'lamp', { priceMinor: 500, previousPriceMinor: 1_000 }),
    ]);
    const [alert] = await alertsOf(world, accountId);
    await world.event(AlertDelivered, ({ data }) => data.alertId === alert!.id);
    const { messages } = (await call('conversations.history', { channel: conversation })) as {
      messages: { text: string; blocks?: { type: string }[] }[];
    };
    const card = messages.find(({ blocks }) => blocks !== undefined)!;
    expect(card.text).toContain('lamp');
    expect(card.blocks!.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['header', 'section', 'context', 'actions']),
    );
  });
});
