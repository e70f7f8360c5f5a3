import type { ViewOutput } from '@slack/bolt';
import type { ModalView } from '@slack/web-api';
import type { Texts } from '../texts/texts.ts';
import { plain } from './slack-blocks.ts';

export const WATCH_MODAL = 'souk.watch';
const MAX_PRODUCT = 500;
const MAX_LIMIT = 40;
/** Limits of windows. */
const MAX_TITLE = 24;
const MAX_LABEL = 2_000;

/** Asks what to watch and below which price. `conversationId` is where the answer goes. */
export const watchModal = (conversationId: string, texts: Texts): ModalView => ({
  type: 'modal',
  callback_id: WATCH_MODAL,
  private_metadata: conversationId,
  title: plain(texts.say('slack.modal-title'), MAX_TITLE),
  submit: plain(texts.say('button.watch'), MAX_TITLE),
  close: plain(texts.say('slack.modal-cancel'), MAX_TITLE),
  blocks: [
    {
      type: 'input',
      block_id: 'product',
      label: plain(texts.say('slack.modal-product'), MAX_LABEL),
      element: {
        type: 'plain_text_input',
        action_id: 'value',
        max_length: MAX_PRODUCT,
      },
    },
    {
      type: 'input',
      block_id: 'limit',
      optional: true,
      label: plain(texts.say('slack.modal-limit'), MAX_LABEL),
      hint: plain(texts.say('slack.modal-hint'), MAX_LABEL),
      element: { type: 'plain_text_input', action_id: 'value', max_length: MAX_LIMIT },
    },
  ],
});

/** What was filled in, as one would say it. */
export function wishOf(values: ViewOutput['state']['values']): string {
  const product = values.product?.value?.value?.trim() ?? '';
  const limit = values.limit?.value?.value?.trim() ?? '';
  return limit === '' ? `watch ${product}` : `tell me when ${product} drops below ${limit}`;
}
