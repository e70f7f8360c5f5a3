export { catalogue, type SandboxProduct } from './catalogue.ts';
export { priceAt, type SandboxPrice } from './price-moves.ts';
export { startSandbox, type Sandbox, type SandboxOptions } from './shop.ts';
export {
  startTelegramFake,
  type ChatFailure,
  type ChatMessage,
  type TelegramFake,
  type TelegramFakeOptions,
} from './chat.ts';
export {
  startWebhookReceiver,
  type ReceivedWebhook,
  type WebhookReceiver,
  type WebhookReceiverOptions,
} from './webhook-receiver.ts';
