import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What can go wrong between two parts: `cut`, connections are reset and new ones refused; `half-open`, the far end is
 * gone and the near one is never told; `slow`, everything comes late; `reply lost`, what was asked is done, the answer
 * does not come back and the connection breaks.
 */
export const LINK_FAULTS = ['cut', 'half-open', 'slow', 'reply lost'] as const;
export type LinkFault = (typeof LINK_FAULTS)[number];

/** What a fault did, in connections and bytes: a fault that hit nothing had no effect. */
export interface LinkEffect {
  connections: number;
  bytes: number;
}

interface Link {
  near: Socket;
  far: Socket;
  toNear: InOrder;
  toFar: InOrder;
  /** Its far end is gone; what comes from the near one vanishes. */
  isVoid: boolean;
  /** Its next answer is lost. `asked` says that something was sent since. */
  loses: { asked: boolean } | undefined;
}

interface Misbehaviour {
  how: LinkFault;
  delayMs: number;
  effect: LinkEffect;
}

const CONNECT_WITHIN_MS = 5_000;

/** Does things late, and never one before an earlier one, also when the later one is less late. */
class InOrder {
  readonly #waiting: { dueAt: number; work: () => void }[] = [];

  do(work: () => void, delayMs: number): void {
    if (delayMs === 0 && this.#waiting.length === 0) return work();
    const dueAt = Math.max(Date.now() + delayMs, this.#waiting.at(-1)?.dueAt ?? 0);
    this.#waiting.push({ dueAt, work });
    if (this.#waiting.length === 1) this.#wait();
  }

  #wait(): void {
    setTimeout(() => {
      while (this.#waiting.length > 0 && this.#waiting[0]!.dueAt <= Date.now()) this.#waiting.shift()!.work();
      if (this.#waiting.length > 0) this.#wait();
    }, this.#waiting[0]!.dueAt - Date.now());
  }
}

/** A TCP proxy on 127.0.0.1 that passes everything on, and misbehaves when it is told to. */
export class Proxy {
  /** Where it leads; set before the first connection. */
  target: { host: string; port: number } | undefined;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #fault: Misbehaviour | undefined;

  private constructor() {
    this.#server = createServer((near) => this.#accept(near));
  }

  static async start(): Promise<Proxy> {
    const proxy = new Proxy();
    await once(proxy.#server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections that lead to the far end now. */
  get connections(): number {
    return this.#links.size - this.halfOpen;
  }

  /** Connections that the near end still believes in although the far one is gone. */
  get halfOpen(): number {
    return [...this.#links].filter(({ isVoid }) => isVoid).length;
  }

  /**
   * Begins to misbehave; the effect grows until it is told to behave again. One fault at a time: it hits the connections
   * there are, and new ones as long as no byte met it.
   */
  misbehave(how: LinkFault, delayMs = 0): LinkEffect {
    const effect = { connections: 0, bytes: 0 };
    this.#fault = { how, delayMs, effect };
    for (const link of this.#links) if (!link.isVoid) this.#hit(link, this.#fault);
    return effect;
  }

  /** Passes everything on again. What is half-open stays so until its near end gives up. */
  behave(): void {
    this.#fault = undefined;
    for (const link of this.#links) link.loses = undefined;
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const link of this.#links) reset(link);
    await once(this.#server, 'close');
  }

  #accept(near: Socket): void {
    if (this.#fault?.how === 'cut' || !this.target) {
      if (this.#fault) this.#fault.effect.connections += 1;
      near.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const far = connect({ ...this.target, timeout: CONNECT_WITHIN_MS });
    const link: Link = {
      near,
      far,
      toNear: new InOrder(),
      toFar: new InOrder(),
      isVoid: false,
      loses: undefined,
    };
    this.#links.add(link);
    far.once('connect', () => far.setTimeout(0)).once('timeout', () => reset(link));
    near.setNoDelay();
    far.setNoDelay();
    near.on('data', (bytes: Buffer) => this.#ask(link, bytes));
    far.on('data', (bytes: Buffer) => this.#answer(link, bytes));
    near.once('end', () => this.#later(link.toFar, () => far.end()));
    far.once('end', () => !link.isVoid && this.#later(link.toNear, () => near.end()));
    near.on('error', () => far.destroy()).once('close', () => this.#forget(link));
    far.on('error', () => link.isVoid || near.resetAndDestroy());
    far.once('close', () => link.isVoid || this.#later(link.toNear, () => near.destroy()));
    // there may be a new connection for each message, and an old one that never says anything: then it hits who comes
    if (this.#fault?.effect.bytes === 0) this.#hit(link, this.#fault);
  }

  #hit(link: Link, { how, effect }: Misbehaviour): void {
    if (how === 'cut') {
      effect.connections += 1;
      reset(link);
    } else if (how === 'half-open') {
      effect.connections += 1;
      link.isVoid = true;
      link.far.destroy();
    } else if (how === 'reply lost') link.loses = { asked: false };
  }

  #ask(link: Link, bytes: Buffer): void {
    if (link.isVoid) {
      if (this.#fault?.how === 'half-open') this.#fault.effect.bytes += bytes.length;
      return;
    }
    if (link.loses) link.loses.asked = true;
    this.#pass(link.near, link.far, link.toFar, bytes);
  }

  #answer(link: Link, bytes: Buffer): void {
    if (link.loses?.asked && this.#fault) {
      this.#fault.effect.connections += 1;
      this.#fault.effect.bytes += bytes.length;
      reset(link);
      return;
    }
    this.#pass(link.far, link.near, link.toNear, bytes);
  }

  #pass(from: Socket, to: Socket, order: InOrder, bytes: Buffer): void {
    if (this.#fault?.how === 'slow') {
      this.#fault.effect.connections = this.#links.size;
      this.#fault.effect.bytes += bytes.length;
    }
    this.#later(order, () => {
      if (!to.writable || to.write(bytes)) return;
      from.pause();
      to.once('drain', () => from.resume());
    });
  }

  #later(order: InOrder, work: () => void): void {
    order.do(work, this.#fault?.how === 'slow' ? this.#fault.delayMs : 0);
  }

  #forget(link: Link): void {
    this.#links.delete(link);
    link.far.destroy();
  }
}

function reset({ near, far }: Link): void {
  near.resetAndDestroy();
  far.resetAndDestroy();
}
