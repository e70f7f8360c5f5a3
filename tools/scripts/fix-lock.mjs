/**
 * Makes package-lock.json good for `npm ci` on every machine: entries of binaries for other platforms that
 * were not to be had where the lock was made ("Missing: … from lock file"), and no address of a registry,
 * so that every user's own is asked. Run it after each `npm install`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './pinned-node.mjs';

const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const OS = /(darwin|linux|win32|freebsd|android|openharmony|netbsd|openbsd|sunos|aix)/;
const CPU = /(arm64|x64|ia32|arm|ppc64|s390x|riscv64|loong64|wasm32)/;
const LIBC = /-linux-.*(musl|gnu)/;

/** Node's own look-up: beside the package, then in each folder above it. */
function isLocked(from, name) {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${base ? `${base}/` : ''}node_modules/${name}`]) return true;
    if (!base) return false;
  }
}

let added = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  if (entry.resolved?.startsWith('http')) delete entry.resolved;
  if (path === '') continue;
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(path, name)) continue;
    const [os, cpu, libc] = [OS, CPU, LIBC].map((pattern) => pattern.exec(name)?.[1]);
    lock.packages[`node_modules/${name}`] = {
      version: range.replace(/^[\^~=]/, ''),
      ...(cpu ? { cpu: [cpu] } : {}),
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      ...(os ? { os: [os] } : {}),
      ...(libc ? { libc: [libc === 'gnu' ? 'glibc' : libc] } : {}),
    };
    added += 1;
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${added} entries for other platforms added`);
