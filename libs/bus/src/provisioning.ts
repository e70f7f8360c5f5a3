import type { NatsConnection } from '@nats-io/transport-node';
import {
  type ProvisionAnswer,
  type ProvisionRequest,
  provisionSubjectOf,
  type ServiceName,
} from '@souk/contracts';

const ANSWER_WITHIN_MS = 10_000;

/** Has the provisioner do something for this service's own stream or consumers. @throws saying why it was not done */
export async function provision(
  nats: NatsConnection,
  service: ServiceName,
  request: ProvisionRequest,
): Promise<void> {
  const timeout = ANSWER_WITHIN_MS;
  const reply = await nats
    .request(provisionSubjectOf(service), JSON.stringify(request), { timeout })
    .catch((error: unknown) => {
      throw new Error(
        'the provisioner does not answer: npm start runs one, with Docker it is the container `broker`',
        {
          cause: error,
        },
      );
    });
  const { problem } = reply.json<ProvisionAnswer>();
  if (problem) throw new Error(`the provisioner: ${problem}`);
}
