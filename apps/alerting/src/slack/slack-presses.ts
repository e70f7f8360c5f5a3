import { z } from 'zod';
import { type Action, readAction } from '../conversation/actions.ts';

/** What an element of Slack's own does; all others are actions of the conversation. */
export type SlackPress =
  | { press: 'chart'; productId: string }
  /** Changes how the conversation wants to be spoken to. */
  | { press: 'set'; field: string; value: string };

export function writePress(press: SlackPress): string {
  return press.press === 'chart' ? `chart:${press.productId}` : `set:${press.field}:${press.value}`;
}

/** What an element says; undefined for one of an older version. */
export function readPress(value: string): SlackPress | { press: 'action'; action: Action } | undefined {
  const [name, first = '', ...rest] = value.split(':');
  switch (name) {
    case 'chart':
      return z.uuid().safeParse(first).success ? { press: 'chart', productId: first } : undefined;
    case 'set':
      return rest.length > 0 ? { press: 'set', field: first, value: rest.join(':') } : undefined;
    default: {
      const action = readAction(value);
      return action && { press: 'action', action };
    }
  }
}
