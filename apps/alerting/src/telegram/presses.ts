import { parse as uuidBytes, stringify as uuidText } from 'uuid';
import { type Action, readAction, writeAction } from '../conversation/actions.ts';

/** What a button of Telegram's own does; all other buttons are actions of the conversation. */
export type Press =
  | { press: 'chart'; productId: string }
  /** A carousel of the sizes, colours and other variations of a listing. */
  | { press: 'variants'; productId: string }
  /** Another card of a carousel. */
  | { press: 'turn'; carouselId: string; place: number }
  /** One watch with all that can be done with it. */
  | { press: 'watch'; watchId: string }
  /** Changes what a watch waits for. */
  | { press: 'edit'; watchId: string; field: string; value: string }
  | { press: 'settings' }
  /** The values of a setting. */
  | { press: 'setting'; field: string }
  | { press: 'set'; field: string; value: string }
  /** Takes the message away. */
  | { press: 'close' };

export type Pressed = Press | { press: 'action'; action: Action };

const short = (id: string): string => Buffer.from(uuidBytes(id)).toString('base64url');

/** The data of a button: at most 64 bytes. Own ones begin with a dot, which no action does. */
export function writePress(press: Press): string {
  switch (press.press) {
    case 'chart':
      return `.c:${short(press.productId)}`;
    case 'variants':
      return `.v:${short(press.productId)}`;
    case 'turn':
      return `.t:${short(press.carouselId)}:${press.place}`;
    case 'watch':
      return `.w:${short(press.watchId)}`;
    case 'edit':
      return `.e:${short(press.watchId)}:${press.field}:${press.value}`;
    case 'settings':
      return '.s';
    case 'setting':
      return `.s:${press.field}`;
    case 'set':
      return `.s:${press.field}:${press.value}`;
    case 'close':
      return '.x';
  }
}

export const actionData = (action: Action): string => writeAction(action);

/** What a button says; undefined for one of an older version. */
export function readPress(data: string): Pressed | undefined {
  if (!data.startsWith('.')) {
    const action = readAction(data);
    return action && { press: 'action', action };
  }
  const [name, first, second, ...more] = data.slice(1).split(':');
  const id = first === undefined ? undefined : longId(first);
  switch (name) {
    case 'c':
      return id === undefined ? undefined : { press: 'chart', productId: id };
    case 'v':
      return id === undefined ? undefined : { press: 'variants', productId: id };
    case 't':
      return id && /^\d{1,3}$/.test(second ?? '')
        ? { press: 'turn', carouselId: id, place: Number(second) }
        : undefined;
    case 'w':
      return id === undefined ? undefined : { press: 'watch', watchId: id };
    case 'e':
      return id && second && more.length > 0
        ? { press: 'edit', watchId: id, field: second, value: more.join(':') }
        : undefined;
    case 's':
      if (first === undefined) return { press: 'settings' };
      return second === undefined
        ? { press: 'setting', field: first }
        : { press: 'set', field: first, value: [second, ...more].join(':') };
    case 'x':
      return { press: 'close' };
    default:
      return undefined;
  }
}

function longId(text: string): string | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === 16 ? uuidText(bytes, 0) : undefined;
}
