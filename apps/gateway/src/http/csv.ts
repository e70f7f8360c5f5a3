export type Cell = string | number | boolean | null | undefined;

/** A row as RFC 4180 has it, without its line break. What is not known is empty. */
export const csvRow = (cells: readonly Cell[]): string => cells.map(cellOf).join(',');

/** A text that a spreadsheet would take for a formula is marked as a text. */
function cellOf(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
