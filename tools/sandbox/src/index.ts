export { catalogue, type SandboxProduct } from './catalogue.ts';
export { priceAt, type SandboxPrice } from './price-moves.ts';
export { startSandbox, type Sandbox, type SandboxOptions } from './shop.ts';
export { startTelegramFake, type TelegramFake, type TelegramFakeOptions } from './chat.ts';
export {
  startWebhookReceiver,
  type WebhookReceiver,
  type WebhookReceiverOptions,
} from './webhook-receiver.ts';
