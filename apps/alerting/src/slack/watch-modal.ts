import type { ViewOutput } from '@slack/bolt';
import type { ModalView } from '@slack/web-api';

export const WATCH_MODAL = 'souk.watch';
const MAX_PRODUCT = 500;
const MAX_LIMIT = 40;

/** Asks what to watch and below which price. `conversationId` is where the answer goes. */
export const watchModal = (conversationId: string, product = ''): ModalView => ({
  type: 'modal',
  callback_id: WATCH_MODAL,
  private_metadata: conversationId,
  title: { type: 'plain_text', text: 'Watch a product' },
  submit: { type: 'plain_text', text: 'Watch' },
  close: { type: 'plain_text', text: 'Cancel' },
  blocks: [
    {
      type: 'input',
      block_id: 'product',
      label: { type: 'plain_text', text: 'Link to it, or what it is called' },
      element: {
        type: 'plain_text_input',
        action_id: 'value',
        max_length: MAX_PRODUCT,
        ...(product !== '' && { initial_value: product.slice(0, MAX_PRODUCT) }),
      },
    },
    {
      type: 'input',
      block_id: 'limit',
      optional: true,
      label: { type: 'plain_text', text: 'Tell me below this price' },
      hint: { type: 'plain_text', text: 'Such as 400 euro; without it, what is possible is asked.' },
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
