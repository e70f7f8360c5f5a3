import { Controller } from '@nestjs/common';
import { Answer } from '@souk/bus';
import { type InboxEntry, ListInbox, ListNotices, type ResponseOf } from '@souk/contracts';
import { Database } from '@souk/service';
import type { z } from 'zod';
import { AlertStore } from '../alerts/alert.store.ts';
import { NoticeStore } from './notice.store.ts';

/** What stands in the inbox: notices by themselves, and together with the alerts in the order of commits. */
@Controller()
export class NoticeHandlers {
  constructor(
    private readonly database: Database,
    private readonly notices: NoticeStore,
    private readonly alerts: AlertStore,
  ) {}

  @Answer(ListNotices)
  async list({
    accountId,
    limit,
    cursor,
  }: z.output<typeof ListNotices.request>): Promise<ResponseOf<typeof ListNotices>> {
    const { items, next } = await this.database.read([accountId], (tx) =>
      this.notices.list(tx, accountId, limit, cursor),
    );
    return { notices: items, next };
  }

  @Answer(ListInbox)
  async inbox({
    accountId,
    limit,
    afterPosition,
  }: z.output<typeof ListInbox.request>): Promise<ResponseOf<typeof ListInbox>> {
    return this.database.read([accountId], async (tx) => {
      // Worked on in this order: whatever lies up to the horizon, the statements after it see.
      const [{ until, isMore }, notices, { items: alerts }, newest] = await Promise.all([
        this.notices.horizon(tx, accountId, afterPosition, limit),
        this.notices.after(tx, accountId, afterPosition, limit),
        this.alerts.list(tx, { accountId, limit, afterPosition }),
        this.notices.newest(tx, accountId),
      ]);
      const entries: [number, InboxEntry][] = [
        ...alerts.map((alert): [number, InboxEntry] => [alert.position, { alert }]),
        ...notices.map((notice): [number, InboxEntry] => [notice.position, { notice }]),
      ];
      const visible = entries.filter(([position]) => position <= until).toSorted(([a], [b]) => a - b);
      return { entries: visible.map(([, entry]) => entry), isMore, newest };
    });
  }
}
