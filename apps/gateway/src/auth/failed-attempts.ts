import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';

const WINDOW_MS = 60_000;
const ALLOWED = 10;
const MAX_ADDRESSES = 20_000;

/** Failed authentications of the last minute by address; the least recent addresses are forgotten first. */
export class FailedAttempts {
  private readonly times = new LRUCache<string, number[]>({ max: MAX_ADDRESSES });

  /** Counts a failure. */
  note(address: string, nowMs: number): void {
    const group = groupOf(address);
    const recent = this.recent(group, nowMs);
    recent.push(nowMs);
    this.times.set(group, recent.slice(-ALLOWED));
  }

  /** How long until the address may fail again; 0 when it may now. */
  waitMs(address: string, nowMs: number): number {
    const recent = this.recent(groupOf(address), nowMs);
    return recent.length < ALLOWED ? 0 : recent[0]! + WINDOW_MS - nowMs;
  }

  private recent(group: string, nowMs: number): number[] {
    return (this.times.get(group) ?? []).filter((timeMs) => timeMs > nowMs - WINDOW_MS);
  }
}

/** One customer usually has a whole /64 of IPv6; an IPv4 address stands for itself, however it is written. */
function groupOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4'
    ? parsed.toString()
    : parsed.toNormalizedString().split(':').slice(0, 4).join(':');
}
