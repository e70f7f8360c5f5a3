import { Controller, Param, Post, Req } from '@nestjs/common';
import { Bus } from '@souk/bus';
import {
  type ChatProof,
  type ChatUpdateKind,
  MAX_CHAT_UPDATE_BYTES,
  ReceiveChatUpdate,
} from '@souk/contracts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Operation, type OperationSpec } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { readRaw } from './raw-body.ts';

/** Requests at the same time: nobody who sends here has shown a key. */
const UNDER_WAY_AT_MOST = 64;
const RETRY_MS = 1_000;
/** Platforms send a small body at once, and Slack waits 3 s for an answer. */
const BODY_WITHIN_MS = 3_000;

const SlackParams = z.object({ kind: z.enum(['events', 'commands', 'interactions']) });
type SlackParams = z.infer<typeof SlackParams>;

const streamedBody: OperationSpec['streamedBody'] = {
  contentTypes: {
    'application/json': { description: 'As the platform sends it.', example: '{}' },
    'application/x-www-form-urlencoded': { description: 'As Slack sends it.', example: 'payload=%7B%7D' },
  },
};
const ANSWER = {
  200: {
    description: 'It is stored; empty, or the challenge that came.',
    schema: z.string(),
    contentType: 'text/plain',
  },
};

/**
 * What chat platforms send. Bodies go on as they came: alerting has the secrets and checks what was signed, so that
 * the process that faces the world keeps none of them. The answer follows once an update is stored. Left out of the
 * public document: nobody but the platforms has a use for these addresses.
 */
@Controller('hooks')
export class HooksController {
  private underWay = 0;

  constructor(private readonly bus: Bus) {}

  @Post('slack/:kind')
  @Operation({
    id: 'receiveFromSlack',
    summary: 'For Slack: events, commands and interactions',
    description:
      'Addresses for the settings of the Slack app. Each request carries `X-Slack-Signature` and ' +
      '`X-Slack-Request-Timestamp`; one that is not signed, or older than five minutes, is refused.',
    scope: null,
    isHidden: true,
    params: SlackParams,
    streamedBody,
    responses: ANSWER,
  })
  async slack(@Req() request: FastifyRequest, @Param() { kind }: SlackParams): Promise<string> {
    return this.receive(request, 'slack', kind, {
      signature: headerOf(request, 'x-slack-signature'),
      timestamp: headerOf(request, 'x-slack-request-timestamp'),
    });
  }

  @Post('telegram')
  @Operation({
    id: 'receiveFromTelegram',
    summary: 'For Telegram: updates of the bot',
    description: 'Each request carries `X-Telegram-Bot-Api-Secret-Token`, or is refused.',
    scope: null,
    isHidden: true,
    streamedBody,
    responses: ANSWER,
  })
  async telegram(@Req() request: FastifyRequest): Promise<string> {
    const secretToken = headerOf(request, 'x-telegram-bot-api-secret-token');
    return this.receive(request, 'telegram', 'updates', { secretToken });
  }

  private async receive(
    request: FastifyRequest,
    platform: 'slack' | 'telegram',
    kind: ChatUpdateKind,
    proof: ChatProof,
  ): Promise<string> {
    // What carries no proof at all is not asked about.
    if ((proof.signature ?? proof.secretToken) === undefined) throw forged();
    if (this.underWay >= UNDER_WAY_AT_MOST) {
      throw new Problem('unavailable', 'Too much comes in at once.', { retryAfterMs: RETRY_MS });
    }
    this.underWay += 1;
    try {
      const body = await readRaw(request.body, MAX_CHAT_UPDATE_BYTES, BODY_WITHIN_MS);
      const { verdict, challenge } = await this.bus.ask(
        ReceiveChatUpdate,
        { platform, kind, proof },
        { body },
      );
      if (verdict === 'forged') throw forged();
      return challenge ?? '';
    } finally {
      this.underWay -= 1;
    }
  }
}

/** A header that stands there more than once, or is too long, proves nothing. */
function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value.length <= 512 ? value : undefined;
}

const forged = (): Problem =>
  new Problem(
    'unauthenticated',
    'The signature is missing, wrong or too old. Check the signing secret and the clock.',
  );
