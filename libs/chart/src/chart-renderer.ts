import { currencyDigits } from '@souk/money';
import { Worker } from 'node:worker_threads';
import type { Chart } from './chart.ts';

/** What the thread is sent, and what it answers. */
export interface Drawing {
  chart: Chart;
  decimals: number;
  /** Null: an SVG is wanted. */
  pngWidth: number | null;
}
export type Drawn = { picture: string | Uint8Array } | { problem: string };

/** Nothing was drawn: too many wait already, it took too long, or the chart cannot be drawn. */
export class ChartFailed extends Error {
  /** Worth another try in a moment. */
  readonly isBusy: boolean;

  constructor(message: string, isBusy: boolean) {
    super(message);
    this.name = 'ChartFailed';
    this.isBusy = isBusy;
  }
}

interface Waiting {
  drawing: Drawing;
  resolve: (picture: string | Uint8Array) => void;
  reject: (error: ChartFailed) => void;
}

export interface RendererLimits {
  waitingAtMost: number;
  /** One drawing; a thread that takes longer is ended. */
  withinMs: number;
  /** The thread ends after so long without work: it holds about 100 MB. */
  idleMs: number;
}

const LIMITS: RendererLimits = { waitingAtMost: 50, withinMs: 15_000, idleMs: 30_000 };
const MEMORY = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 8 };
// Run from source the thread is started from source too.
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

/** Draws in a thread of its own, one picture at a time, so that the service goes on meanwhile. */
export class ChartRenderer {
  private readonly limits: RendererLimits;
  private readonly waiting: Waiting[] = [];
  private current: Waiting | undefined;
  private worker: Worker | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(limits: Partial<RendererLimits> = {}) {
    this.limits = { ...LIMITS, ...limits };
  }

  async svg(chart: Chart): Promise<string> {
    return (await this.draw(chart, null)) as string;
  }

  /** `width` in pixels: twice that of the chart for sharp letters on a phone. */
  async png(chart: Chart, width: number): Promise<Uint8Array> {
    return (await this.draw(chart, width)) as Uint8Array;
  }

  /** Ends the thread; what waits is refused. */
  async close(): Promise<void> {
    await this.endThread(new ChartFailed('No more charts are drawn here', false));
  }

  private draw(chart: Chart, pngWidth: number | null): Promise<string | Uint8Array> {
    if (this.waiting.length >= this.limits.waitingAtMost) {
      return Promise.reject(new ChartFailed('Too many charts wait to be drawn', true));
    }
    const decimals = chart.kind === 'price' ? (currencyDigits(chart.currency) ?? 2) : 0;
    return new Promise((resolve, reject) => {
      this.waiting.push({ drawing: { chart, decimals, pngWidth }, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    if (this.current) return;
    clearTimeout(this.timer);
    this.current = this.waiting.shift();
    if (!this.current) {
      this.timer = setTimeout(() => void this.close(), this.limits.idleMs).unref();
      this.worker?.unref(); // an idle thread keeps no process alive
      return;
    }
    const worker = (this.worker ??= this.startThread());
    worker.ref();
    const tooLong = new ChartFailed('The chart took too long to draw', true);
    this.timer = setTimeout(() => void this.endThread(tooLong), this.limits.withinMs);
    worker.postMessage(this.current.drawing);
  }

  private startThread(): Worker {
    const worker = new Worker(THREAD, { resourceLimits: MEMORY });
    worker.on('message', (drawn: Drawn) => {
      const done = this.current;
      this.current = undefined;
      if ('picture' in drawn) done?.resolve(drawn.picture);
      else done?.reject(new ChartFailed(`The chart cannot be drawn: ${drawn.problem}`, false));
      this.next();
    });
    worker.on('error', (error) => {
      void this.endThread(new ChartFailed(`The drawing thread broke off: ${error.message}`, true));
    });
    return worker;
  }

  /** What is drawn now fails; what waits is drawn by a new thread, unless this is the end. */
  private async endThread(reason: ChartFailed): Promise<void> {
    clearTimeout(this.timer);
    const { worker, current } = this;
    this.worker = undefined;
    this.current = undefined;
    worker?.removeAllListeners();
    current?.reject(reason);
    if (reason.isBusy) this.next();
    else for (const one of this.waiting.splice(0)) one.reject(reason);
    await worker?.terminate();
  }
}
