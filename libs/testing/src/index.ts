export { type Cluster, startCluster } from './cluster.ts';
export type { Seen } from './events.ts';
export { FrozenClock } from './frozen-clock.ts';
export { createDatabase, infrastructure, startNatsForTest } from './infrastructure.ts';
export { type Fact, fact, given } from './story.ts';
export { until } from './until.ts';
export { type ServiceUnderTest, startWorld, type World } from './world.ts';
