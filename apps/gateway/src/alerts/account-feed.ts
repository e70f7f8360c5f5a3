import type { Bus } from '@souk/bus';
import { type InboxEntry, ListInbox, type ResponseOf } from '@souk/contracts';

/** A page of entries with long titles and addresses still fits into one message of the broker. */
const PAGE = 100;
const RETRY_MS = 500;

/**
 * Alerts and notices of one account in the order of their positions, each once. What is heard on the bus only says that
 * there is something new; what it is, and in which order, is read from alerting after the last position known.
 * So nothing is lost with a message, and nothing comes twice or out of order.
 */
export class AccountFeed {
  private isReading = false;
  private isStale = false;
  private isClosed = false;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly bus: Pick<Bus, 'ask'>,
    private readonly accountId: string,
    /** The last entry that was handed on. */
    public position: number,
    private readonly handOn: (entries: InboxEntry[]) => void,
  ) {}

  /** There may be news. Cheap: however often it is called meanwhile, one more reading follows. */
  wake(): void {
    this.isStale = true;
    if (!this.isReading && !this.isClosed) void this.read();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.retry);
  }

  private async read(): Promise<void> {
    this.isReading = true;
    clearTimeout(this.retry);
    try {
      while (this.isStale && !this.isClosed) {
        this.isStale = false;
        await this.readNew();
      }
    } catch {
      // Alerting is away: the clients wait, and get everything once it is back.
      this.isStale = true;
      if (!this.isClosed) this.retry = setTimeout(() => this.wake(), RETRY_MS);
    } finally {
      this.isReading = false;
    }
  }

  private async readNew(): Promise<void> {
    for (let isMore = true; isMore && !this.isClosed;) {
      const page = await entriesAfter(this.bus, this.accountId, this.position);
      isMore = page.isMore;
      const { entries } = page;
      if (entries.length === 0 || this.isClosed) return;
      this.position = positionOf(entries.at(-1)!);
      this.handOn(entries);
    }
  }
}

export const positionOf = (entry: InboxEntry): number =>
  'alert' in entry ? entry.alert.position : entry.notice.position;

/** The next entries after a position, oldest first. */
export const entriesAfter = (
  bus: Pick<Bus, 'ask'>,
  accountId: string,
  afterPosition: number,
): Promise<ResponseOf<typeof ListInbox>> => bus.ask(ListInbox, { accountId, limit: PAGE, afterPosition });

/** Position of the newest entry; 0 when there is none. */
export async function newestPosition(bus: Pick<Bus, 'ask'>, accountId: string): Promise<number> {
  return (await bus.ask(ListInbox, { accountId, limit: 1, afterPosition: Number.MAX_SAFE_INTEGER })).newest;
}
