import { type Logger, LogLevel } from '@slack/web-api';

/** Slack's libraries write what they send and get, tokens and people's words included: none of it is logged. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};
