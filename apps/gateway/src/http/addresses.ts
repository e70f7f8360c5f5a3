import type { Server } from 'node:http';

/** Stands for an address that the router would refuse in its own words, before any hook of ours runs. */
export const UNREADABLE_ADDRESS = '/unreadable-address';
/** The router's limit for a parameter; no id of ours comes near. */
const MAX_SEGMENT_LENGTH = 100;

/** Leads addresses that cannot be routed to the answer for unknown routes. */
export function checkAddresses(server: Server): void {
  server.prependListener('request', (request) => {
    if (!isReadable(request.url ?? '')) request.url = UNREADABLE_ADDRESS;
  });
}

export function isReadable(url: string): boolean {
  if (url.length <= MAX_SEGMENT_LENGTH && !url.includes('%')) return true;
  const path = url.split(/[?#]/, 1)[0]!;
  if (path.split('/').some((segment) => segment.length > MAX_SEGMENT_LENGTH)) return false;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
