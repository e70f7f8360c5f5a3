import { Gauge, register } from 'prom-client';

interface GaugeName {
  name: string;
  help: string;
  labels: Record<string, string>;
}

export const outboxBacklog: GaugeName = {
  name: 'souk_outbox_backlog_events',
  help: 'Events committed and not yet taken by the stream.',
  labels: {},
};

export const pendingMessages = (consumer: string): GaugeName => ({
  name: 'souk_subscription_waiting_messages',
  help: 'Messages fetched and not yet handled.',
  labels: { consumer },
});

const readers = new Map<string, { labels: Record<string, string>; read: () => number }[]>();

/** A gauge that is read when somebody asks for the metrics. */
export function registerGauge({ name, help, labels }: GaugeName, read: () => number): void {
  const known = readers.get(name);
  if (known) {
    known.push({ labels, read });
    return;
  }
  const entries = [{ labels, read }];
  readers.set(name, entries);
  if (register.getSingleMetric(name)) return;
  const gauge = new Gauge({
    name,
    help,
    labelNames: Object.keys(labels),
    collect() {
      for (const entry of entries) this.set(entry.labels, entry.read());
    },
  });
  register.registerMetric(gauge);
}
