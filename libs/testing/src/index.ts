export { type Cluster, startCluster } from './cluster.ts';
export { FrozenClock } from './frozen-clock.ts';
export { createDatabase, infrastructure, startNatsForTest } from './infrastructure.ts';
export { type Fact, fact, given } from './story.ts';
export { until } from './until.ts';
export { type Seen, type ServiceUnderTest, startWorld, type World } from './world.ts';
