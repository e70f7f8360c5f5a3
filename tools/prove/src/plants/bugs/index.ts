import type { Plant } from '../plant.ts';
import { ackBeforeCommit } from './ack-before-commit.ts';
import { fixedWindow } from './fixed-window.ts';
import { idempotencyIgnored } from './idempotency-ignored.ts';
import { missingTenantFilter } from './missing-tenant-filter.ts';
import { noInbox } from './no-inbox.ts';
import { pollingById } from './polling-by-id.ts';

export const PLANTS: readonly Plant[] = [
  ackBeforeCommit,
  noInbox,
  pollingById,
  fixedWindow,
  missingTenantFilter,
  idempotencyIgnored,
];
