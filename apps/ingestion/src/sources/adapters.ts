import type { SourceAdapter } from './adapter.ts';
import { amazonAdapter } from './amazon/amazon.adapter.ts';
import { sandboxAdapter } from './sandbox/sandbox.adapter.ts';

/** Every kind of source there is: a new one is a folder beside this file and a line here. */
export const ADAPTERS: Readonly<Record<string, SourceAdapter>> = {
  amazon: amazonAdapter,
  sandbox: sandboxAdapter,
};
