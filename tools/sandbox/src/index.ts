export { startApis, type ApisOptions, type RunningApis } from './apis/apis.ts';
export type { ApiBudget } from './apis/budget.ts';
export { checkWindows, type ApiCall, type WindowCheck } from './apis/calls.ts';
export type { ApiFault, FaultKind } from './apis/faults.ts';
export { asinOf, firstClosed } from './apis/stock.ts';
export { tokopediaId } from './apis/tokopedia.ts';
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
  type WebhookAnswer,
  type WebhookReceiver,
  type WebhookReceiverOptions,
} from './webhook-receiver.ts';
