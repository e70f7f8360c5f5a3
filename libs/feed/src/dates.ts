const TOKEN = /yyyy|MM|dd|HH|mm|ss/g;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
const ISO_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?$/i;

const tokensOf = (format: string): string[] => [...(format.match(TOKEN) ?? [])];

/** Why this is no date format; undefined when it is one. */
export function dateFormatProblem(format: string): string | undefined {
  if (['iso', 'unix', 'unix-ms'].includes(format)) return undefined;
  const tokens = tokensOf(format);
  if (['yyyy', 'MM', 'dd'].every((token) => tokens.includes(token)) && new Set(tokens).size === tokens.length)
    return undefined;
  return 'must be iso, unix, unix-ms, or a pattern with yyyy, MM and dd such as dd.MM.yyyy HH:mm';
}

/** A time as a feed writes it, in ISO 8601 and UTC; undefined when it is none. Without an offset it is UTC. */
export function readDate(text: string, format: string): string | undefined {
  if (format === 'unix' || format === 'unix-ms') {
    if (!/^\d{1,14}(?:\.\d+)?$/.test(text)) return undefined;
    return isoOf(Number(text) * (format === 'unix' ? 1_000 : 1));
  }
  if (format === 'iso') return isoOf(Date.parse(isoText(text)));
  return byPattern(text, format);
}

/** Excel and many shops write a blank for the T, and offsets without a colon. */
function isoText(text: string): string {
  if (ISO_DATE.test(text)) return `${text}T00:00:00Z`;
  const parts = ISO_TIME.exec(text);
  if (!parts) return '';
  const offset = (parts[3] ?? 'Z').replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  return `${parts[1]}T${parts[2]}${offset}`;
}

function byPattern(text: string, format: string): string | undefined {
  const tokens = tokensOf(format);
  const source = format
    .replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
    .replaceAll(TOKEN, (token) => (token === 'yyyy' ? String.raw`(\d{4})` : String.raw`(\d{1,2})`));
  const match = new RegExp(`^${source}$`).exec(text);
  if (!match) return undefined;
  const part = (token: string): number => Number(match[tokens.indexOf(token) + 1] ?? 0);
  const [year, month, day] = [part('yyyy'), part('MM'), part('dd')];
  const time = new Date(
    Date.UTC(
      year,
      month - 1,
      day,
      tokens.includes('HH') ? part('HH') : 0,
      tokens.includes('mm') ? part('mm') : 0,
      tokens.includes('ss') ? part('ss') : 0,
    ),
  );
  // The 31st of February becomes the 3rd of March: that is no date.
  return time.getUTCMonth() === month - 1 && time.getUTCDate() === day ? isoOf(time.getTime()) : undefined;
}

const isoOf = (ms: number): string | undefined =>
  Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : undefined;
