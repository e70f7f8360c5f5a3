import { alertView } from './alert-view.ts';
/** One event of the stream, ready to be written to every client of the account. */
export const alertEvent = (alert) =>
  `id: ${alert.position}\nevent: alert\ndata: ${JSON.stringify(alertView(alert))}\n\n`;
export const comment = (text) => `: ${text}\n\n`;
/** Tells the client where it stands, without an event: it reconnects from there. */
export const positionMark = (position) => `retry: 2000\nid: ${position}\n\n`;
