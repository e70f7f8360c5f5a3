/** One event of the floor; `at` is the monotonic clock in milliseconds, the same for all processes. */
export interface FloorEvent {
  id: number;
  pid: number;
  t: number;
  c: number;
  st: number;
}

export interface FloorPlan {
  natsUrl: string;
  postgresUrl: string;
  events: number;
  /** Events in a message. */
  perMessage: number;
  /** Events that the worker handles at once, at most. */
  batch: number;
  /** Messages that the publisher has under way, at most. */
  inFlight: number;
  /** Events per second of an open loop; 0 sends as fast as it goes. */
  ratePerSecond: number;
  /** How long the worker waits for more before it begins. */
  lingerMs: number;
}

export interface FloorResult {
  events: number;
  eventsPerSecond: number;
  /** What the database holds; must be `events`. */
  rows: number;
  duplicates: number;
  latencyMs: { p50: number; p99: number };
  cpuMicrosPerEvent: number;
  othersShare: number;
}

export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** About 170 bytes, as a price of a shop has; written by hand because the floor is what cannot be undercut. */
export const eventText = (id: number, at: number): string =>
  `{"id":${id},"p":"B0${(100_000_000 + ((id * 7_919) % 50_000)).toString(36).toUpperCase()}",` +
  `"pid":${(id * 7_919) % 50_000},"m":"amazon.de","t":${at.toFixed(2)},"c":${1_999 + (id % 977)},` +
  `"cur":"EUR","st":1,"src":"poll","sel":"A1B2C3D4E5F6G7"}`;

export const resultText = ({ id, pid, t, c }: FloorEvent): string =>
  `{"id":${id},"pid":${pid},"t":${t},"c":${c},"score":${c % 100}}`;

/** One event or a list of them. */
export function readEvents(text: string): FloorEvent[] {
  const parsed = JSON.parse(text) as FloorEvent | FloorEvent[];
  return Array.isArray(parsed) ? parsed : [parsed];
}
