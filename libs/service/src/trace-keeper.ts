import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { TraceFlags } from '@opentelemetry/api';

const SPANS_HELD_AT_MOST = 20_000;
const KEPT_TRACES_AT_MOST = 10_000;

/**
 * Head sampling decides cheaply, but a trace turns out to matter only at its end: when an alert is raised,
 * a message fails or an observation is set apart. So every process holds the finished spans of unsampled
 * traces for a while, and exports them when somebody says that the trace is to be kept.
 */
export class TraceKeeper implements SpanProcessor {
  private readonly held = new Map<string, ReadableSpan[]>();
  private heldSpans = 0;
  private readonly kept = new Set<string>();
  private broadcast: ((traceId: string) => void) | undefined;

  /** `next` exports what reaches it; only spans with the sampled flag. */
  constructor(private readonly next: SpanProcessor | undefined) {}

  /** How other processes are told; set by the bus once it is connected. */
  onKeep(broadcast: (traceId: string) => void): void {
    this.broadcast = broadcast;
  }

  /** Exports this trace here and in every other process, whatever the sampler said. */
  keep(traceId: string): void {
    if (!this.next || this.kept.has(traceId)) return;
    this.release(traceId);
    this.broadcast?.(traceId);
  }

  /** Another process said so. */
  release(traceId: string): void {
    if (!this.next || this.kept.has(traceId)) return;
    this.kept.add(traceId);
    if (this.kept.size > KEPT_TRACES_AT_MOST) this.kept.delete(this.kept.values().next().value!);
    const spans = this.held.get(traceId) ?? [];
    this.held.delete(traceId);
    this.heldSpans -= spans.length;
    for (const span of spans) this.next.onEnd(sampled(span));
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (!this.next) return;
    const { traceId, traceFlags } = span.spanContext();
    if (traceFlags & TraceFlags.SAMPLED) return this.next.onEnd(span);
    if (this.kept.has(traceId)) return this.next.onEnd(sampled(span));
    const spans = this.held.get(traceId);
    if (spans) spans.push(span);
    else this.held.set(traceId, [span]);
    this.heldSpans++;
    this.forgetOldest();
  }

  async forceFlush(): Promise<void> {
    await this.next?.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.next?.shutdown();
  }

  private forgetOldest(): void {
    while (this.heldSpans > SPANS_HELD_AT_MOST) {
      const [traceId, spans] = this.held.entries().next().value!;
      this.held.delete(traceId);
      this.heldSpans -= spans.length;
    }
  }
}

/** The same span with the sampled flag, which the batching processor insists on. */
function sampled(span: ReadableSpan): ReadableSpan {
  const context = { ...span.spanContext(), traceFlags: TraceFlags.SAMPLED };
  return Object.create(span, { spanContext: { value: () => context } }) as ReadableSpan;
}
