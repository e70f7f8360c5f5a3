/**
 * What goes wrong with calls of a fake. `drift`: the answer has another shape. `empty`: 200 with nothing in it.
 * `html`: a web page. `partial`: half of the products are not accessible. `omit`: half of them are left out.
 */
export const faultKinds = [
  'throttle',
  'error',
  'forbidden',
  'drift',
  'empty',
  'html',
  'partial',
  'omit',
  'slow',
  'hang',
  'expire-tokens',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** As posted to /faults. Without `count` and `share` every call is concerned, until /faults is cleared. */
export interface ApiFault {
  kind: FaultKind;
  /** `creators`, `tokopedia`, `keepa`; all unless given. */
  api?: string;
  /** Such as `getItems` or `token`; all of the API's but `token` unless given. */
  operation?: string;
  account?: string;
  /** How many calls it concerns. */
  count?: number;
  /** Or each n-th call of those it could concern. */
  every?: number;
  retryAfterSeconds?: number;
  delayMs?: number;
}

interface Live extends ApiFault {
  left: number;
  seen: number;
}

/** The faults that are set; which call they hit depends on nothing but the order of the calls. */
export class ApiFaults {
  #faults: Live[] = [];

  set(fault: ApiFault): void {
    if (!faultKinds.includes(fault.kind))
      throw new RangeError(`kind must be one of ${faultKinds.join(', ')}`);
    this.#faults.push({ ...fault, left: fault.count ?? Number.POSITIVE_INFINITY, seen: 0 });
  }

  clear(): void {
    this.#faults = [];
  }

  /** The fault of this call, used up where it was counted. */
  take(call: { api: string; operation: string; account: string }): ApiFault | undefined {
    for (const fault of this.#faults) {
      if (!concerns(fault, call)) continue;
      fault.seen += 1;
      if (fault.every !== undefined && fault.seen % fault.every !== 0) continue;
      fault.left -= 1;
      if (fault.left <= 0) this.#faults = this.#faults.filter((one) => one !== fault);
      return fault;
    }
    return undefined;
  }
}

const concerns = (fault: ApiFault, call: { api: string; operation: string; account: string }): boolean =>
  (fault.api ?? call.api) === call.api &&
  (fault.account ?? call.account) === call.account &&
  (fault.operation === undefined ? call.operation !== 'token' : fault.operation === call.operation);
