/** One process of the floor: `role.ts publisher|worker|sink <plan as JSON>`; says when it is ready and when done. */
import { connect } from '@nats-io/transport-node';
import type { FloorPlan } from './messages.ts';
import { publishAll } from './publisher.ts';
import { sinkAll } from './sink.ts';
import { runWorker } from './worker.ts';

const [role, planText = ''] = process.argv.slice(2);
const plan = JSON.parse(planText) as FloorPlan;
const nats = await connect({ servers: plan.natsUrl });
const tell = (message: object): void => void process.send?.(message);
process.once('disconnect', () => process.exit(0));

if (role === 'worker') {
  await runWorker(nats, plan);
  tell({ ready: true });
} else if (role === 'sink') {
  const done = sinkAll(nats, plan);
  tell({ ready: true });
  tell({ done: await done });
} else {
  process.once('message', () => void publishAll(nats, plan).then(() => tell({ done: {} })));
  tell({ ready: true });
}
