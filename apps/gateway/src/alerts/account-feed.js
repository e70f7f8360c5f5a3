import { ListAlerts } from '@souk/contracts';
const PAGE = 200;
const RETRY_MS = 500;
/**
 * Alerts of one account in the order of their positions, each once. What is heard on the bus only says that
 * there is something new; what it is, and in which order, is read from alerting after the last position known.
 * So nothing is lost with a message, and nothing comes twice or out of order.
 */
export class AccountFeed {
  bus;
  accountId;
  position;
  handOn;
  isReading = false;
  isStale = false;
  isClosed = false;
  retry;
  constructor(
    bus,
    accountId,
    /** The last alert that was handed on. */
    position,
    handOn,
  ) {
    this.bus = bus;
    this.accountId = accountId;
    this.position = position;
    this.handOn = handOn;
  }
  /** There may be news. Cheap: however often it is called meanwhile, one more reading follows. */
  wake() {
    this.isStale = true;
    if (!this.isReading && !this.isClosed) void this.read();
  }
  close() {
    this.isClosed = true;
    clearTimeout(this.retry);
  }
  async read() {
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
  async readNew() {
    for (let isMore = true; isMore && !this.isClosed;) {
      const alerts = await alertsAfter(this.bus, this.accountId, this.position);
      isMore = alerts.length === PAGE;
      if (alerts.length === 0 || this.isClosed) return;
      this.position = alerts.at(-1).position;
      this.handOn(alerts);
    }
  }
}
/** The next alerts after a position, oldest first. */
export async function alertsAfter(bus, accountId, afterPosition) {
  const { alerts } = await bus.ask(ListAlerts, { accountId, limit: PAGE, afterPosition });
  return alerts;
}
/** Position of the newest alert; 0 when there is none. */
export async function newestPosition(bus, accountId) {
  const { alerts } = await bus.ask(ListAlerts, { accountId, limit: 1 });
  return alerts[0]?.position ?? 0;
}
