import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';

/** Private networks and names that the operator lets be reached. */
export interface AllowList {
  networks: [network: ipaddr.IPv4 | ipaddr.IPv6, bits: number][];
  hosts: Set<string>;
}

/** The address may not be dialled: it is none of the public internet. No connection was made. */
export class AddressRefused extends Error {
  constructor(hostname: string) {
    super(`${hostname} is, or resolves to, an address that is not on the public internet`);
    this.name = 'AddressRefused';
  }
}

const CONNECT_TIMEOUT_MS = 5_000;
/** The only block that global IPv6 addresses are given out from; the rest is reserved or embeds IPv4. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');

/** Reads a comma-separated list of CIDRs, addresses and host names. */
export function readAllowList(text: string): AllowList | { problem: string } {
  const list: AllowList = { networks: [], hosts: new Set() };
  for (const entry of text.split(',').map((part) => part.trim().toLowerCase())) {
    if (entry === '') continue;
    if (ipaddr.isValidCIDR(entry)) list.networks.push(ipaddr.parseCIDR(entry));
    else if (isIP(entry)) list.networks.push(ipaddr.parseCIDR(`${entry}/${isIP(entry) === 4 ? 32 : 128}`));
    else if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(entry)) list.hosts.add(entry);
    else return { problem: `"${entry}" is neither a network such as 10.0.0.0/8 nor a host name` };
  }
  return list;
}

/** Whether an address may be dialled: public unicast, or allowed by the operator. */
export function isDialable(address: string, hostname: string, allow: AllowList): boolean {
  if (allow.hosts.has(hostname.toLowerCase())) return true;
  // Unwraps ::ffff:127.0.0.1, so that a mapped address is judged as what it reaches.
  const ip = ipaddr.process(address);
  if (allow.networks.some(([network, bits]) => network.kind() === ip.kind() && ip.match(network, bits)))
    return true;
  if (ip.range() !== 'unicast') return false;
  return ip.kind() === 'ipv4' || ip.match(GLOBAL_IPV6);
}

/**
 * Opens connections to public addresses only. What is checked is the very address that is dialled: literal ones
 * as they stand, names inside the look-up of the connection itself, so that a name cannot change its mind
 * between check and use.
 */
export function guardedConnector(
  allow: AllowList,
  resolve: typeof systemLookup = systemLookup,
): buildConnector.connector {
  const lookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      if (addresses.some(({ address }) => !isDialable(address, hostname, allow))) {
        return callback(new AddressRefused(hostname), []);
      }
      if (options.all) return callback(null, addresses);
      callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
  const connect = buildConnector({ lookup, timeout: CONNECT_TIMEOUT_MS, allowH2: false });
  return (options, callback) => {
    if (isIP(options.hostname) && !isDialable(options.hostname, options.hostname, allow)) {
      return callback(new AddressRefused(options.hostname), null);
    }
    connect(options, callback);
  };
}

/** What is wrong with an address, as far as it can be told without dialling. */
export function targetProblem(url: string, allow: AllowList): string | undefined {
  const { hostname, username, password } = new URL(url);
  if (username || password) return 'must not hold a user name or password';
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) && !isDialable(host, host, allow)) return 'must be on the public internet';
  return undefined;
}
