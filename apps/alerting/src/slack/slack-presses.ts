import { z } from 'zod';
import { type Action, readAction } from '../conversation/actions.ts';

/** What an element of Slack's own does; all others are actions of the conversation. */
export type SlackPress =
  | { press: 'chart'; productId: string }
  /** A list of the sizes, colours and other variations of a listing. */
  | { press: 'variants'; productId: string }
  /** Changes how the conversation wants to be spoken to. */
  | { press: 'set'; field: string; value: string };

export function writePress(press: SlackPress): string {
  return press.press === 'set' ? `set:${press.field}:${press.value}` : `${press.press}:${press.productId}`;
}

/** What an element says; undefined for one of an older version. */
export function readPress(value: string): SlackPress | { press: 'action'; action: Action } | undefined {
  const [name, first = '', ...rest] = value.split(':');
  switch (name) {
    case 'chart':
    case 'variants':
      return z.uuid().safeParse(first).success ? { press: name, productId: first } : undefined;
    case 'set':
      return rest.length > 0 ? { press: 'set', field: first, value: rest.join(':') } : undefined;
    default: {
      const action = readAction(value);
      return action && { press: 'action', action };
    }
  }
}
