import type { Plant } from '../plant.ts';

export const ackBeforeCommit: Plant = {
  name: 'ack-before-commit',
  breaks: 'a batch is acknowledged before its transaction: who dies in between has lost it',
  file: 'libs/bus/dist/subscription.js',
  find: 'await this.handOver.deliver(deliveries);\n',
  replacement: `for (const { msg } of held) msg.ack();
        await this.handOver.deliver(deliveries);\n`,
  row: 'price points',
};
