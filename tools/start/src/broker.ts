import {
  brokerPlan,
  inboxPrefixOf,
  PROVISIONER,
  provisionSubjectOf,
  type ServiceName,
  type StreamLimits,
} from '@souk/contracts';
import { type Provisioner, startProvisioner } from '@souk/infra';

/** The address that the provisioner uses: its own user at our broker, an external one exactly as given. */
export function provisionerUrl(natsUrl: string, isExternal: boolean, password: string): string {
  if (isExternal) return natsUrl;
  const url = new URL(natsUrl);
  url.username = PROVISIONER;
  url.password = password;
  return url.href;
}

/** Makes every stream and consumer of the product, and keeps them there until it is stopped. */
export const provisionBroker = (
  url: string,
  limits: StreamLimits,
  say: (line: string) => void,
): Promise<Provisioner> =>
  startProvisioner({
    url,
    inboxPrefix: inboxPrefixOf(PROVISIONER),
    plan: brokerPlan(limits),
    requestSubject: provisionSubjectOf('*' as ServiceName),
    say,
  });
