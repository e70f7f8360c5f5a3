import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOnMachine, probe } from '../src/find-servers.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'souk-find-'));
});
afterEach(() => {
  delete process.env.SOUK_NATS_BIN;
  rmSync(folder, { recursive: true, force: true });
});

function program(name: string, says: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\necho '${says}'\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('probe', () => {
  it.each([
    ['nats', 'nats-server', 'nats-server: v2.9.10', '2.9.10'],
    ['nats', 'nats-server', 'nats-server: v2.12.1-RC.1', '2.12.1'],
    ['redis', 'redis-server', 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64', '7.0.15'],
  ] as const)('reads the version %s %s says: %s', (kind, name, says, version) => {
    expect(probe(kind, program(name, says))?.version).toMatch(version);
  });

  it.each([
    ['nats', 'nats-server', 'nats-server: v2.8.4'],
    ['redis', 'redis-server', 'Redis server v=5.0.14 sha=0'],
    ['redis', 'redis-server', 'something else entirely'],
  ] as const)('refuses %s of an unsupported or unknown version: %s says %s', (kind, name, says) => {
    expect(probe(kind, program(name, says))).toBeUndefined();
  });

  it('accepts postgres only with initdb beside the real program, through links', () => {
    const real = program('postgres', 'postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)');
    mkdirSync(join(folder, 'links'));
    const link = join(folder, 'links', 'postgres');
    symlinkSync(real, link);
    expect(probe('postgres', link)).toBeUndefined();
    program('initdb', 'initdb (PostgreSQL) 15.20');
    expect(probe('postgres', link)).toEqual({ path: real, version: '15.20' });
  });

  it('keeps the name of a linked redis-server, whose program acts by its name', () => {
    program('redis-check-rdb', 'Redis server v=7.0.15 sha=0');
    symlinkSync('redis-check-rdb', join(folder, 'redis-server'));
    expect(probe('redis', join(folder, 'redis-server'))?.path).toBe(join(folder, 'redis-server'));
  });
});

describe('findOnMachine', () => {
  it('takes the program or the folder that the variable names', () => {
    const path = program('nats-server', 'nats-server: v2.10.7');
    process.env.SOUK_NATS_BIN = folder;
    expect(findOnMachine('nats')?.path).toBe(path);
    process.env.SOUK_NATS_BIN = path;
    expect(findOnMachine('nats')?.path).toBe(path);
  });

  it('refuses a variable that names no such server instead of quietly taking another', () => {
    process.env.SOUK_NATS_BIN = join(folder, 'nothing');
    expect(() => findOnMachine('nats')).toThrow(/SOUK_NATS_BIN=.*nats-server >= 2.9: correct or unset it/);
  });
});
