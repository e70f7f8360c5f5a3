import type { ServerResponse } from 'node:http';
import { StreamPlaces } from './stream-places.ts';

const response = () => ({ destroyed: false, req: { socket: { destroyed: false } } });
const asResponse = (from: ReturnType<typeof response>): ServerResponse => from as unknown as ServerResponse;

describe('places for streams', () => {
  let places: StreamPlaces;
  const take = (accountId: string, from = response()) => {
    places.take(accountId, asResponse(from));
    return from;
  };
  beforeEach(() => (places = new StreamPlaces({ ofAll: 4, ofAccount: 2, called: 'streams' })));

  it('are bounded for each account and for all', () => {
    take('a');
    take('a');
    expect(() => take('a')).toThrow('At most 2 streams at the same time.');
    take('b');
    take('c');
    expect(() => take('d')).toThrow('Too many clients listen already.');
  });

  it('are free again once the response is closed, or the connection on which it never had its turn', () => {
    const [first, second] = [take('a'), take('a')];
    first.destroyed = true;
    take('a');
    second.req.socket.destroyed = true;
    take('a');
    expect(() => take('a')).toThrow('At most 2');
  });

  it('are not held by a response that was closed before it came', () => {
    for (let count = 0; count < 10; count += 1) take('a', { ...response(), destroyed: true });
    expect(() => take('a')).not.toThrow();
  });
});
