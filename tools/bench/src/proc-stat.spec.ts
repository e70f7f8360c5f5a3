import { readBusySeconds, readProcessTimes, sumOfTree } from './proc-stat.ts';

const line = (name: string, parent: number, times: [number, number, number, number]): string =>
  `42 (${name}) S ${parent} 42 42 0 -1 4194560 9 0 0 0 ${times.join(' ')} 20 0 1 0 99 1 1`;

describe('readProcessTimes', () => {
  it('adds user and system time, whatever the name of the program holds', () => {
    const times = { parent: 7, own: 3.5, ended: 0.75 };
    expect(readProcessTimes(line('node', 7, [300, 50, 70, 5]))).toEqual(times);
    expect(readProcessTimes(line('postgres: a) S 1 2', 7, [300, 50, 70, 5]))).toEqual(times);
  });
});

it('waiting for the disk is not busy, what the host takes is', () => {
  expect(readBusySeconds('cpu  100 10 40 9999 8888 5 5 0 0 0\ncpu0 1 1 1 1')).toBe(1.6);
  expect(readBusySeconds('cpu  100 10 40 9999 8888 5 5 40 0 0\ncpu0 1 1 1 1')).toBe(2);
});

it('a server is charged with its children, also with those that ended', () => {
  const processes = new Map([
    [10, { parent: 1, own: 1, ended: 2 }],
    [11, { parent: 10, own: 4, ended: 0 }],
    [12, { parent: 11, own: 8, ended: 16 }],
    [13, { parent: 1, own: 100, ended: 0 }],
  ]);
  expect(sumOfTree(10, processes)).toBe(31);
  expect(sumOfTree(99, processes)).toBe(0);
});
