import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LogLevel, WebClient, type WebClientOptions } from '@slack/web-api';
import { Database } from '@souk/service';
import { SecretBox } from '../channels/secrets.ts';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import { fetchThrough, markingAgent } from '../delivery/marking-fetch.ts';
import { silentLogger } from './silent-logger.ts';
import { SlackStore } from './slack.store.ts';

const CALL_DEADLINE_MS = 10_000;
const CONNECTIONS = 32;
const CLIENTS_AT_MOST = 500;

/** Clients of Slack's Web API, one for each token. Nothing is repeated here: that is the deliveries' to decide. */
@Injectable()
export class SlackClients implements OnApplicationShutdown {
  readonly options: WebClientOptions;
  private readonly agent = markingAgent(CONNECTIONS);
  private readonly clients = new Map<string, WebClient>();
  private readonly secrets: SecretBox;

  constructor(
    private readonly store: SlackStore,
    private readonly database: Database,
    @Inject(ALERTING_CONFIG) private readonly config: AlertingConfig,
  ) {
    this.secrets = new SecretBox(config.SOUK_SECRET);
    this.options = {
      slackApiUrl: `${config.SOUK_SLACK_API_URL.replace(/\/$/, '')}/`,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: CALL_DEADLINE_MS,
      fetch: withForms(fetchThrough(this.agent)) as unknown as WebClientOptions['fetch'],
      // Files go to an address that Slack names; no method is called whose name comes from outside.
      allowAbsoluteUrls: true,
      logger: silentLogger,
      logLevel: LogLevel.ERROR,
    };
  }

  get isConfigured(): boolean {
    const { SOUK_SLACK_SIGNING_SECRET, SOUK_SLACK_TOKEN, SOUK_SLACK_CLIENT_ID } = this.config;
    return (
      SOUK_SLACK_SIGNING_SECRET !== undefined &&
      (SOUK_SLACK_TOKEN !== undefined || SOUK_SLACK_CLIENT_ID !== undefined)
    );
  }

  /** The workspace's own token, else the one of the settings. */
  async workspaceOf(teamId: string): Promise<{ botToken?: string; botUserId?: string }> {
    const workspace = await this.database.read([], (tx) => this.store.workspace(tx, teamId));
    const botToken = workspace ? this.secrets.open(workspace.token, teamId) : this.config.SOUK_SLACK_TOKEN;
    const botUserId = workspace?.botUserId ?? undefined;
    return { ...(botToken !== undefined && { botToken }), ...(botUserId !== undefined && { botUserId }) };
  }

  /** The app was removed from the workspace. */
  async forget(teamId: string): Promise<void> {
    await this.database.transaction([], (tx) => this.store.forgetWorkspace(tx, teamId));
  }

  /** Undefined when the workspace does not have the app any more. */
  async of(teamId: string): Promise<WebClient | undefined> {
    const { botToken } = await this.workspaceOf(teamId);
    return botToken === undefined ? undefined : this.withToken(botToken);
  }

  withToken(token: string): WebClient {
    let client = this.clients.get(token);
    if (!client) {
      if (this.clients.size >= CLIENTS_AT_MOST) this.clients.clear();
      client = new WebClient(token, this.options);
      this.clients.set(token, client);
    }
    return client;
  }

  sealToken(token: string, teamId: string): Buffer {
    return this.secrets.seal(token, teamId);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}

/** Forms are made with Node's own FormData, which a fetch of another undici does not know: it gets their bytes. */
const withForms =
  (fetch: ReturnType<typeof fetchThrough>) =>
  async (
    url: string,
    init: { body?: unknown; headers?: Record<string, string> } = {},
  ): ReturnType<typeof fetch> => {
    if (!(init.body instanceof FormData)) return fetch(url, init);
    const form = new Response(init.body);
    const headers = new Headers(init.headers);
    headers.set('content-type', form.headers.get('content-type')!);
    const body = Buffer.from(await form.arrayBuffer());
    return fetch(url, { ...init, headers: Object.fromEntries(headers), body });
  };
