import { parseArgs } from 'node:util';
import { SERVICE_NAMES, type ServiceName } from '@souk/contracts';

export const HELP = `npm run dead-letters -- list   [--service NAME] [--limit 100]   what failed for good, newest first
npm run dead-letters -- show   [--service NAME] ID…              all that is known of these, with the event
npm run dead-letters -- replay [--service NAME] ID… | --all      handle these again, or all not replayed yet
Replaying twice is safe: an event takes effect once. The installation is that of SOUK_DATA_DIR (.souk), running;
SOUK_NATS_URL names an external server with the operator's user and password.`;

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface Command {
  verb: 'list' | 'show' | 'replay';
  services: readonly ServiceName[];
  ids: string[];
  all: boolean;
  limit: number;
}

/** @throws naming the argument that is wrong, with the help; undefined when only the help is wanted */
export function readCommand(args: string[]): Command | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      service: { type: 'string' },
      limit: { type: 'string' },
      all: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const [verb, ...ids] = positionals;
  if (verb !== 'list' && verb !== 'show' && verb !== 'replay') throw wrong('say list, show or replay');
  const service = SERVICE_NAMES.find((name) => name === values.service);
  if (values.service !== undefined && !service)
    throw wrong(`there is no service ${values.service}: one of ${SERVICE_NAMES.join(', ')}`);
  const bad = ids.find((id) => !ID.test(id));
  if (bad !== undefined) throw wrong(`${bad} is not the id of a dead letter`);
  if (verb === 'show' && ids.length === 0) throw wrong('show which? Give ids as list prints them');
  if (verb === 'list' && ids.length > 0) throw wrong('list takes no ids: show does');
  if (verb === 'replay' && values.all === ids.length > 0) throw wrong('replay which? Give ids, or --all');
  const limit = values.limit === undefined ? DEFAULT_LIMIT : Number(values.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw wrong(`--limit is a whole number from 1 to ${MAX_LIMIT}`);
  return { verb, services: service ? [service] : SERVICE_NAMES, ids, all: values.all, limit };
}

const wrong = (problem: string): Error => new Error(`${problem}\n${HELP}`);
