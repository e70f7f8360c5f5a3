import { Injectable, Logger } from '@nestjs/common';
import { Cards } from '../cards/cards.ts';
import { chartReader } from '../cards/chart-reader.ts';
import { Charts } from '../telegram/charts.ts';
import { outcomeOfFailure } from './slack-outcome.ts';
import { SlackClients } from './slack-clients.ts';
import type { SlackListener } from './slack-replies.ts';
import type { Conversation } from './slack.store.ts';

/** Puts price charts into conversations, as files that Slack keeps. */
@Injectable()
export class SlackCharts {
  private readonly logger = new Logger('slack');

  constructor(
    private readonly cards: Cards,
    private readonly charts: Charts,
    private readonly clients: SlackClients,
  ) {}

  /** What is to be said instead; undefined when the chart is there. Not repeated: whoever wants it presses again. */
  async show(
    { teamId, conversationId }: Conversation,
    productId: string,
    threadTs: string | undefined,
    { accountId, texts }: SlackListener,
  ): Promise<string | undefined> {
    const [card] = await this.cards.ofProducts(accountId, [productId]);
    const png =
      card &&
      (await this.charts.png(accountId, productId, card.title, chartReader(texts.language, texts.timeZone)));
    const client = await this.clients.of(teamId);
    if (!png || !client) return texts.say('chart.missing');
    const title = texts.say('chart.title', { title: card.title });
    try {
      await client.filesUploadV2({
        channel_id: conversationId,
        file: Buffer.from(png),
        filename: 'chart.png',
        title,
        alt_text: title,
        ...(threadTs !== undefined && { thread_ts: threadTs }),
      } as Parameters<typeof client.filesUploadV2>[0]);
      return undefined;
    } catch (error) {
      const outcome = outcomeOfFailure(error);
      this.logger.warn(
        { reason: 'reason' in outcome ? outcome.reason : outcome.kind },
        'a chart was not shown',
      );
      return texts.say('chat.unavailable');
    }
  }
}
