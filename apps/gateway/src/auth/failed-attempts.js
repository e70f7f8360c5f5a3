import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';
const WINDOW_MS = 60000;
const ALLOWED = 10;
const MAX_ADDRESSES = 20000;
/** Failed authentications of the last minute by address; the least recent addresses are forgotten first. */
export class FailedAttempts {
  times = new LRUCache({ max: MAX_ADDRESSES });
  /** Counts a failure. */
  note(address, nowMs) {
    const group = groupOf(address);
    const recent = this.recent(group, nowMs);
    recent.push(nowMs);
    this.times.set(group, recent.slice(-ALLOWED));
  }
  /** How long until the address may fail again; 0 when it may now. */
  waitMs(address, nowMs) {
    const recent = this.recent(groupOf(address), nowMs);
    return recent.length < ALLOWED ? 0 : recent[0] + WINDOW_MS - nowMs;
  }
  recent(group, nowMs) {
    return (this.times.get(group) ?? []).filter((timeMs) => timeMs > nowMs - WINDOW_MS);
  }
}
/** One customer usually has a whole /64 of IPv6; an IPv4 address stands for itself, however it is written. */
function groupOf(address) {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4'
    ? parsed.toString()
    : parsed.toNormalizedString().split(':').slice(0, 4).join(':');
}
