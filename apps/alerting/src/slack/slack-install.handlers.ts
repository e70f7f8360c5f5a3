import { Controller, Inject } from '@nestjs/common';
import { WebClient } from '@slack/web-api';
import { Answer } from '@souk/bus';
import { FinishSlackInstall, Refusal, type ResponseOf } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import type { z } from 'zod';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import { SlackClients } from './slack-clients.ts';
import { InstallLinks, redirectUrlOf } from './slack-install.ts';
import { outcomeOfFailure } from './slack-outcome.ts';
import { SlackStore } from './slack.store.ts';

/** Finishes the installation of the app in a workspace: its token is fetched and stored, encrypted. */
@Controller()
export class SlackInstallHandlers {
  private readonly links: InstallLinks;

  constructor(
    private readonly clients: SlackClients,
    private readonly store: SlackStore,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(ALERTING_CONFIG) private readonly config: AlertingConfig,
  ) {
    this.links = new InstallLinks(config);
  }

  @Answer(FinishSlackInstall)
  async finish({
    code,
    state,
  }: z.output<typeof FinishSlackInstall.request>): Promise<ResponseOf<typeof FinishSlackInstall>> {
    const { SOUK_SLACK_CLIENT_ID: clientId, SOUK_SLACK_CLIENT_SECRET: clientSecret } = this.config;
    const { SOUK_PUBLIC_URL: publicUrl } = this.config;
    if (clientId === undefined || clientSecret === undefined || publicUrl === undefined) {
      throw new Refusal('not-found', 'This installation has no Slack app that can be installed.');
    }
    if (!this.links.isValid(state, this.clock.now())) {
      throw new Refusal('invalid', 'The link is too old or was not made here; make the Slack channel again.');
    }
    const granted = await new WebClient(undefined, this.clients.options).oauth.v2
      .access({
        client_id: clientId,
        client_secret: clientSecret,
        code,
        redirect_uri: redirectUrlOf(publicUrl),
      })
      .catch((error: unknown) => {
        const outcome = outcomeOfFailure(error);
        const reason = outcome.kind === 'delivered' ? '' : outcome.reason;
        throw new Refusal(outcome.kind === 'refused' ? 'invalid' : 'unavailable', `${reason}.`);
      });
    const { access_token: token, team, bot_user_id: botUserId = null } = granted;
    if (token === undefined || team?.id === undefined) {
      throw new Refusal('invalid', 'Slack gave no token for a workspace.');
    }
    const { id: teamId, name: teamName = teamId } = team;
    const workspace = { teamId, teamName, botUserId, token: this.clients.sealToken(token, teamId) };
    await this.database.transaction([], (tx) => this.store.keepWorkspace(tx, workspace, this.clock.now()));
    return { workspace: teamName };
  }
}
