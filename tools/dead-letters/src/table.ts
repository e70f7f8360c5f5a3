import type { DeadLetter, ServiceName } from '@souk/contracts';

const REASON_LENGTH = 70;
const PAYLOAD_LENGTH = 20_000;

export interface Placed extends DeadLetter {
  service: ServiceName;
}

const CONTROL = /\p{Cc}+/gu;
/** What a stranger wrote must not steer the terminal. */
const plain = (text: string): string => text.replaceAll(CONTROL, ' ');
const shortened = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

/** One line for each, columns aligned. */
export function tableOf(letters: readonly Placed[]): string {
  const header = ['failed at', 'service', 'id', 'event', 'tries', 'replayed at', 'reason'];
  const rows = letters.map((letter) => [
    letter.failedAt,
    letter.service,
    letter.id,
    letter.eventType,
    String(letter.attempts),
    letter.replayedAt ?? '-',
    shortened(plain(letter.reason), REASON_LENGTH),
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Everything that is known of one. */
export function detailsOf(letter: Placed): string {
  const { payload, reason, ...rest } = letter;
  const lines = Object.entries(rest).map(([name, value]) => `${name.padEnd(11)} ${value ?? '-'}`);
  return [
    ...lines,
    `reason      ${plain(reason)}`,
    `event       ${shortened(plain(payload), PAYLOAD_LENGTH)}`,
  ].join('\n');
}
