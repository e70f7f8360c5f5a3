import { spareOf, type WindowAsk } from './call-window.ts';
import type { LeaseStock } from './lease-stock.ts';
import type { Limits } from './windows.ts';

const GROUPS_AT_MOST = 100;
const PACE_MS = 500;

/**
 * What to ask of Redis at once: what those who wait here still lack, and some permits to spare for who comes next.
 * Of permits that become free later only as many as this process lately needed: they are taken from others.
 * The same where they are scarce: of a daily budget, what is not used in time is lost.
 */
export function leaseMore(
  stock: LeaseStock,
  demand: { permits: number; inAll: number },
  limits: Limits,
  nowMs: number,
  { permitsAtMost = Number.MAX_SAFE_INTEGER, isScarce = false } = {},
): WindowAsk {
  const { permits } = demand;
  const lacking = Math.max(permits, demand.inAll - stock.held);
  const times = permits === 1 ? Math.min(lacking, GROUPS_AT_MOST, permitsAtMost) : 1;
  const spare = Math.max(0, Math.min(spareOf(limits) - times, permitsAtMost - permits * times));
  const lately = stock.handedOutWithin(PACE_MS, nowMs);
  const needed = Math.min(spare, Math.max(0, lately - times));
  return { permits, times, spareNow: isScarce ? needed : spare, spareLater: needed };
}
