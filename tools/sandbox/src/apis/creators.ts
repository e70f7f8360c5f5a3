import { marketplaceAt } from '@souk/amazon';
import { creatorsOperations, declined, invalid } from './creators-operations.ts';
import type { CreatorsTokens } from './creators-tokens.ts';
import { admitted, type ApiAnswer, type ApiRequest, type ApiWorld, type Wording } from './world.ts';

const wording: Wording = {
  throttled: (seconds) => ({
    ...declined(429, 'ThrottleException', 'The request was denied due to request throttling.', {
      retryAfterSeconds: seconds,
    }),
    headers: { 'retry-after': String(seconds) },
  }),
  error: declined(500, 'InternalServerException', 'An unexpected error occurred.'),
  forbidden: declined(
    403,
    'AccessDeniedException',
    'Your account does not meet the eligibility requirements.',
    {
      reason: 'AssociateNotEligible',
    },
  ),
};

/** The Creators API below /creators: token endpoints of both versions, and the operations below /catalog/v1. */
export async function answerCreators(
  world: ApiWorld,
  tokens: CreatorsTokens,
  call: ApiRequest,
): Promise<ApiAnswer | undefined> {
  const { path, body, request } = call;
  const version = path === '/oauth2/token' ? 2 : path === '/auth/o2/token' ? 3 : undefined;
  if (version !== undefined) {
    const fields = version === 2 ? Object.fromEntries(new URLSearchParams(body)) : fieldsOf(body);
    const account = typeof fields.client_id === 'string' ? fields.client_id : '';
    return admitted(world, { api: 'creators', operation: 'token', account, units: 0 }, wording, () =>
      tokens.answer(version, fields),
    );
  }
  const operation = /^\/catalog\/v1\/(\w+)$/.exec(path)?.[1] ?? '';
  if (!(operation in creatorsOperations)) return { status: 404, body: { message: 'Not found' } };
  const fields = fieldsOf(body);
  const caller = tokens.check(request.headers.authorization);
  const account = 'client' in caller ? caller.client : '';
  const units = [fields.itemIds, fields.browseNodeIds].find(Array.isArray)?.length ?? 1;
  return admitted(world, { api: 'creators', operation, account, units }, wording, (fault) => {
    if (fault?.kind === 'expire-tokens') tokens.endAll();
    const { authorization } = request.headers;
    const still = tokens.check(authorization);
    if ('reason' in still)
      return declined(401, 'UnauthorizedException', 'The token is not accepted.', { reason: still.reason });
    const market = marketplaceAt(`https://${String(request.headers['x-marketplace'])}`);
    if (!market)
      return invalid('The marketplace is missing or unknown.', 'x-marketplace', 'InvalidMarketplace');
    if (typeof fields.partnerTag !== 'string') return invalid('Request validation failed.', 'partnerTag');
    return creatorsOperations[operation]!(world, { fields, market, fault });
  });
}

function fieldsOf(body: string): Record<string, unknown> {
  const value: unknown = JSON.parse(body === '' ? '{}' : body);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
