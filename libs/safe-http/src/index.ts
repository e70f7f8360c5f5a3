export {
  AddressRefused,
  type AllowList,
  guardedConnector,
  isDialable,
  readAllowList,
  targetProblem,
} from './dialled-address.ts';
export { decodeBody } from './charset.ts';
export { type FailureKind, SafeHttpFailure } from './failure.ts';
export { type SafeAnswer, SafeClient, type SafeClientOptions, type SafeRequest } from './safe-client.ts';
