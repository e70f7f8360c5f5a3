import type { Plant } from '../plant.ts';

export const ackBeforeCommit: Plant = {
  name: 'ack-before-commit',
  breaks: 'a batch is acknowledged before its transaction: who dies in between has lost it',
  file: 'libs/bus/dist/subscription.js',
  find: 'this.isReplayed = (await this.handOver.deliver(deliveries)) === 0;\n',
  replacement: `for (const { msg } of held) msg.ack();
        this.isReplayed = (await this.handOver.deliver(deliveries)) === 0;\n`,
  row: 'price points',
};
