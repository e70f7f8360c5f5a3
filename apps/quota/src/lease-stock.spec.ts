import { leaseMore } from './lease-more.ts';
import { LeaseStock } from './lease-stock.ts';
import { limitsOf } from './windows.ts';

const permit = (fromMs: number, untilMs: number) => ({ fromMs, untilMs });
const budget = { windows: [], guardMs: null };
const fast = limitsOf({ ratePerSecond: 200, burst: 200, ...budget });

describe('permits that a process holds', () => {
  it('are handed out once, not before they begin and not after they end', () => {
    const stock = new LeaseStock();
    stock.add([permit(100, 120), permit(50, 60)]);
    expect(stock.take(1, 49, 0)).toBeUndefined();
    expect(stock.take(1, 50, 0)).toBe(10);
    expect(stock.take(1, 99, 0)).toBeUndefined();
    expect(stock.take(1, 119, 0)).toBe(1);
    expect(stock.take(1, 119, 0)).toBeUndefined();
    stock.add([permit(100, 120)]);
    expect(stock.take(1, 115, 5)).toBeUndefined();
    expect(stock.held).toBe(0);
  });

  it('that end first are handed out first', () => {
    const stock = new LeaseStock();
    stock.add([permit(0, 500), permit(10, 30)]);
    expect(stock.take(1, 20, 0)).toBe(10);
    expect(stock.take(1, 40, 0)).toBe(460);
  });

  it('that were not used are named once, by the slot of the daily budget they were counted in', () => {
    const stock = new LeaseStock();
    const slot = new Date(0);
    stock.add([permit(0, 10), { ...permit(0, 10), slot }, { ...permit(0, 10), slot }, permit(0, 90)]);
    stock.take(1, 20, 0);
    expect(stock.takeUnused()).toEqual([{ slot, permits: 2 }]);
    expect(stock.takeUnused()).toEqual([]);
  });

  it('are told to be ready when so many can be handed out together', () => {
    const stock = new LeaseStock();
    stock.add([permit(0, 10), permit(20, 40), permit(30, 50), permit(35, 55)]);
    expect([1, 2, 3, 4].map((count) => stock.readyAtMs(count))).toEqual([0, 30, 35, undefined]);
  });
});

describe('a lease', () => {
  it('is taken of budgets of 100 a second and more', () => {
    const rate = (ratePerSecond: number) => limitsOf({ ratePerSecond, burst: 100, ...budget }).lease;
    expect([rate(99), rate(100)]).toEqual([undefined, expect.anything()]);
  });

  it('brings what those who wait lack, and for the others what is free or was lately needed', () => {
    const stock = new LeaseStock();
    const wants = (inAll: number, options = {}) =>
      leaseMore(stock, { permits: 1, inAll }, fast, 1_000, options);
    expect(wants(1)).toEqual({ permits: 1, times: 1, spareNow: 39, spareLater: 0 });
    expect(wants(1, { isScarce: true })).toEqual({ permits: 1, times: 1, spareNow: 0, spareLater: 0 });
    expect(wants(66)).toEqual({ permits: 1, times: 66, spareNow: 0, spareLater: 0 });
    expect(wants(64, { permitsAtMost: 40 }).times).toBe(40);
    stock.add(Array.from({ length: 20 }, () => permit(0, 2_000)));
    expect(wants(30).times).toBe(10);
    stock.take(11, 900, 0);
    expect(wants(1)).toEqual({ permits: 1, times: 1, spareNow: 39, spareLater: 10 });
  });

  it('for several permits at once asks for just these', () => {
    expect(leaseMore(new LeaseStock(), { permits: 10, inAll: 50 }, fast, 0)).toMatchObject({
      permits: 10,
      times: 1,
    });
  });
});
