import { HostHealth } from './host-health.ts';

describe('the health of hosts', () => {
  let nowMs = 0;
  const health = new HostHealth(() => nowMs);
  const fail = (host: string, times: number): void => {
    for (let count = 0; count < times; count += 1) health.failed(host);
  };

  it('leaves a host alone that fails three times in a row, longer each time, and no other one', () => {
    fail('dead.example', 2);
    expect(health.pausedForMs('dead.example')).toBe(0);
    fail('dead.example', 1);
    expect(health.pausedForMs('dead.example')).toBe(30_000);
    expect(health.pausedForMs('well.example')).toBe(0);
    nowMs += 30_000;
    expect(health.pausedForMs('dead.example')).toBe(0);
    fail('dead.example', 1);
    expect(health.pausedForMs('dead.example')).toBe(60_000);
    fail('dead.example', 20);
    expect(health.pausedForMs('dead.example')).toBe(600_000);
  });

  it('begins anew after one success', () => {
    health.succeeded('dead.example');
    fail('dead.example', 2);
    expect(health.pausedForMs('dead.example')).toBe(0);
  });

  it('obeys a host that says when to come back', () => {
    health.failed('busy.example', 120_000);
    expect(health.pausedForMs('busy.example')).toBe(120_000);
  });
});
