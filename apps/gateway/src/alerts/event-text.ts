import type { InboxEntry } from '@souk/contracts';
import { alertView } from './alert-view.ts';

/** One event of the stream, ready to be written to every client of the account. */
export const entryEvent = (entry: InboxEntry): string =>
  'alert' in entry
    ? `id: ${entry.alert.position}\nevent: alert\ndata: ${JSON.stringify(alertView(entry.alert))}\n\n`
    : `id: ${entry.notice.position}\nevent: notice\ndata: ${JSON.stringify(entry.notice)}\n\n`;

export const comment = (text: string): string => `: ${text}\n\n`;

/** Tells the client where it stands, without an event: it reconnects from there. */
export const positionMark = (position: number): string => `retry: 2000\nid: ${position}\n\n`;
