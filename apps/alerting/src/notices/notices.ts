import { Injectable } from '@nestjs/common';
import type { Unit } from '@souk/bus';
import { newId, type Notice, NoticeRaised } from '@souk/contracts';
import { Clock } from '@souk/service';
import { AlertStore } from '../alerts/alert.store.ts';
import { NoticeStore } from './notice.store.ts';

/** Tells an account something through its inbox, in the transaction that makes it true. */
@Injectable()
export class Notices {
  constructor(
    private readonly store: NoticeStore,
    private readonly alerts: AlertStore,
    private readonly clock: Clock,
  ) {}

  async raise(
    unit: Pick<Unit, 'tx' | 'publish'>,
    accountId: string,
    notice: Pick<Notice, 'kind' | 'channelId' | 'text'>,
  ): Promise<void> {
    this.alerts.lockPositions(unit.tx);
    const raisedAt = this.clock.now().toISOString();
    const raised = await this.store.insert(unit.tx, accountId, { id: newId(), raisedAt, ...notice });
    unit.publish(NoticeRaised, raised, { accountId, key: accountId });
  }
}
