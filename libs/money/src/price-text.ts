import { currencyMarks, type CurrencyMark } from './currency-hints.ts';
import { currencyDigits } from './currencies.ts';
import { magnitudeAt, shifted } from './magnitudes.ts';
import { asciiNumbers, numberRuns, plainDecimal, type NumberHints, type NumberRun } from './number-text.ts';

/**
 * A price as people write it. `amount` is an exact plain decimal. `currency` is an ISO 4217 code; missing though
 * `sign` is there, the text names a currency that cannot be told, and no default may be put in its place.
 */
export type PriceText = { amount: string; currency?: string; sign?: string } | { problem: string };

export interface PriceTextOptions {
  /** A label, a column or a code beside the price that may name the currency. */
  currencyText?: string | null | undefined;
  /** ISO 4217 code of the shop: what a shared sign (`$`, `kr`) means there, if it can. A price without sign stays without. */
  shopCurrency?: string | undefined;
  /** `.` or `,` or `€`, where it is known how the writer separates. */
  decimalSeparator?: string | null | undefined;
  groupSeparator?: string | null | undefined;
}

/** Shops write prices in a few words; a longer text is a paragraph, and scanning it costs time. */
const maxTextLength = 200;
/** What may stand between an amount and its currency. */
const betweenBoth = /^[\s:.,*()=/+-]{0,4}$/u;
const betweenRange = /^\s*(?:-|–|—|~|〜|to|bis|до|a|à|al|ate|até|do|hasta|s\/d)\s*$/iu;
/** These write commas before their three decimals; the others with three write points. */
const commaBeforeThree = new Set(['TND', 'LYD']);
const nothingToPay =
  /^(?:[^:]{0,30}:)?[^\p{L}]*(?:free|for free|gratis|gratuit|gratuito|kostenlos|zdarma|za darmo|ingyenes|ücretsiz|бесплатно|безкоштовно|免费|免費|無料|무료|مجاني|मुफ़्त|मुफ्त|miễn phí)[^\p{L}]*$/iu;

interface Candidate {
  run: NumberRun;
  /** After the multiplying word, if one follows. */
  end: number;
  power: number;
  marks: CurrencyMark[];
  /** Two digits that stand apart: "12 99 €", "10 руб. 50 коп.". */
  cents?: string;
}

/**
 * Reads a price as shops write it in any language: "₹1,09,999.00", "1.234,56 €", "Rp 1,5 jt", "35€ 99", "٣٫٥٠ ر.س".
 * The first amount beside a currency counts, else the first number that is no percentage and no date; of a range the
 * lower end, and of an old price beside the present one the present one.
 */
export function parsePriceText(text: string, options: PriceTextOptions = {}): PriceText {
  if (text.length > maxTextLength) return { problem: `is ${text.length} characters long: no price` };
  const plain = asciiNumbers(text);
  const marks = currencyMarks(plain);
  const chosen = chooseAmount(plain, marks);
  const named = asWritten(chooseCurrency(chosen?.marks ?? [], marks, options), text);
  if (chosen === undefined) {
    if (nothingToPay.test(plain)) return { amount: '0', ...named };
    return { problem: 'contains no number' };
  }
  if (isNegative(plain, chosen)) return { problem: 'is negative' };
  return { amount: amountOf(plain, chosen, hintsFor(named.currency, options)), ...named };
}

/** The sign that a text names its currency by, for callers whose amount turned out to be none. */
export function currencySignIn(text: string, currencyText?: string | null): string | undefined {
  const marks = currencyMarks(asciiNumbers(text.slice(0, maxTextLength)));
  return asWritten(chooseCurrency([], marks, { currencyText }), text).sign;
}

function chooseAmount(text: string, marks: readonly CurrencyMark[]): Candidate | undefined {
  const candidates = numberRuns(text)
    .filter((number) => !isPercentage(text, number, marks) && !isDate(number))
    .map((number) => candidateOf(text, number, marks));
  const priced = presentPrice(text, candidates);
  if (priced < 0)
    return candidates.find(({ run }) => !/\p{L}$/u.test(text.slice(0, run.start))) ?? candidates[0];
  const [before, chosen, after] = [candidates[priced - 1], candidates[priced]!, candidates[priced + 1]];
  if (before && isRange(text, before, chosen)) return { ...before, marks: chosen.marks };
  if (before && isWholeBefore(text, before, chosen)) {
    return { ...chosen, run: { ...before.run, end: chosen.run.end }, cents: chosen.run.text };
  }
  return after && isCentsAfter(text, chosen, after) ? { ...chosen, cents: after.run.text } : chosen;
}

function isPercentage(text: string, { start, end }: NumberRun, marks: readonly CurrencyMark[]): boolean {
  if (/^\s*[%٪]/u.test(text.slice(end))) return true;
  return (
    /[%٪]\s?$/u.test(text.slice(0, start)) &&
    !marks.some((mark) => mark.start - end <= 1 && mark.start >= end)
  );
}

const isDate = ({ text }: NumberRun): boolean =>
  /^(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:19|20)\d\d$/u.test(text);

const saysNow =
  /(?<!\p{L})(?:now|jetzt|ahora|maintenant|agora|adesso|sekarang|teraz|nyní|сейчас|şimdi)(?!\p{L})/iu;
const saysBefore =
  /(?<!\p{L})(?:was|were|statt|vorher|instead of|uvp|rrp|msrp|list price|antes|avant|prima|sebelumnya|było|old price)(?!\p{L})/iu;

/** Index of the first amount beside a currency, or of the one that is said to be the present price; -1 without any. */
function presentPrice(text: string, candidates: readonly Candidate[]): number {
  const wordsBefore = (index: number): string =>
    text.slice(candidates[index - 1]?.end ?? 0, candidates[index]!.run.start);
  const priced = [...candidates.keys()].filter((index) => candidates[index]!.marks.length > 0);
  const [first = -1, ...others] = priced;
  if (others.length === 0) return first;
  const now = priced.find((index) => saysNow.test(wordsBefore(index)));
  return now ?? (saysBefore.test(wordsBefore(first)) ? others[0]! : first);
}

/** The word before a number that makes it the beginning of a range and not a part of a name ("iPhone 15 – 299 €"). */
const leadsToRange =
  /(?:from|between|price|ab|von|zwischen|preis|de|du|da|dal|desde|od|z|od|van|från|fra|dari|antara|от|с|из)\s*:?\s*$/iu;

function isRange(text: string, low: Candidate, high: Candidate): boolean {
  if (!betweenRange.test(text.slice(low.end, high.run.start))) return false;
  const before = text.slice(0, low.run.start);
  const follows = Number(plainDecimal(high.run.text)) / Number(plainDecimal(low.run.text));
  return follows <= 10 || !/\p{L}\s*$/u.test(before) || leadsToRange.test(before);
}

/** "12 99 €": nothing but signs before, no decimals yet, and two digits before the currency. */
function isWholeBefore(text: string, whole: Candidate, cents: Candidate): boolean {
  return (
    /^\d\d$/u.test(cents.run.text) &&
    /^\d+$/u.test(whole.run.text) &&
    text.slice(whole.end, cents.run.start) === ' ' &&
    cents.marks.some(
      (mark) => mark.start >= cents.end && !mark.isShared && currencyDigits(mark.currency ?? '') === 2,
    ) &&
    !/[\p{L}\d]/u.test(text.slice(0, whole.run.start))
  );
}

/** "$12 99" to the end of the text, or after a currency cents that are named: "10 руб. 50 коп.", "3 zł 20 gr". */
function isCentsAfter(text: string, whole: Candidate, cents: Candidate): boolean {
  if (!/^\d\d$/u.test(cents.run.text) || !/^\d{1,3}(?:[., ]\d{3})*$/u.test(whole.run.text)) return false;
  const between = text.slice(whole.end, cents.run.start);
  if (between === ' ')
    return whole.marks.some((mark) => mark.end <= whole.run.start) && text.slice(cents.run.end).trim() === '';
  const sign = whole.marks.find((mark) => mark.start >= whole.end && mark.end <= cents.run.start);
  return (
    sign !== undefined &&
    /^[\s.]*$/u.test(text.slice(sign.end, cents.run.start)) &&
    /^ ?(?:коп|kop|gr|ct|cent|øre|öre|haléř|hal)(?:s|\.|ů)?(?!\p{L})/iu.test(text.slice(cents.run.end))
  );
}

function candidateOf(text: string, run: NumberRun, marks: readonly CurrencyMark[]): Candidate {
  const beside = (end: number): CurrencyMark[] =>
    marks.filter(
      (mark) =>
        (mark.end <= run.start && betweenBoth.test(text.slice(mark.end, run.start))) ||
        (mark.start >= end &&
          betweenBoth.test(text.slice(end, mark.start)) &&
          !belongsToNext(text, end, mark)),
    );
  const letter = /^(?:k|M)(?![\p{L}\p{N}])/iu.exec(text.slice(run.end))?.[0].length ?? 0;
  const isMoney = beside(run.end).length > 0 || (letter > 0 && beside(run.end + letter).length > 0);
  const magnitude = magnitudeAt(text.slice(run.end), isMoney);
  const end = run.end + (magnitude?.length ?? 0);
  const after = beside(end);
  return { run, end, power: magnitude?.power ?? 0, marks: after.length > 0 ? after : beside(run.end) };
}

/** In "2.0 $9" the sign touches the number after it; the two digits of "12 €99" are cents, as the French write. */
function belongsToNext(text: string, end: number, mark: CurrencyMark): boolean {
  const isBeforeCents = mark.sign === '€' && /^\d\d$/u.test(text.slice(mark.end).trim());
  if (isBeforeCents && /^[\d .]+$/u.test(text.slice(0, mark.start))) return false;
  return mark.start > end && /^[.,]?\d/u.test(text.slice(mark.end));
}

/** A precise sign wins over a shared one, and the price's own text over what stands nearby. */
function chooseCurrency(
  beside: readonly CurrencyMark[],
  inText: readonly CurrencyMark[],
  { currencyText, shopCurrency = '' }: PriceTextOptions,
): { sign?: string; currency?: string } {
  const nearby = currencyMarks(asciiNumbers((currencyText ?? '').slice(0, maxTextLength)));
  const precise = (marks: readonly CurrencyMark[]): CurrencyMark | undefined =>
    marks.find(({ isShared }) => !isShared);
  const touching = inText.filter((mark) => beside[0] && Math.abs(mark.end - beside[0].start) <= 1);
  const own = precise(beside) ?? precise(touching) ?? beside[0] ?? precise(inText) ?? inText[0];
  const other = precise(nearby) ?? nearby[0];
  const written = own ?? other;
  if (written === undefined) return {};
  const meant = own?.isShared ? (precise(inText) ?? precise(nearby) ?? own) : written;
  const currency = meant.users?.has(shopCurrency) ? shopCurrency : meant.currency;
  return { sign: written.sign, ...(currency !== undefined && { currency }) };
}

const wide: Record<string, string> = { $: '＄', '¥': '￥', '£': '￡', '₩': '￦' };

/** The wide sign where the text has that one. */
function asWritten<T extends { sign?: string }>(named: T, text: string): T {
  const other = wide[named.sign ?? ''];
  return other !== undefined && text.includes(other) ? { ...named, sign: other } : named;
}

function hintsFor(currency: string | undefined, options: PriceTextOptions): NumberHints {
  return {
    digits: currency === undefined ? undefined : currencyDigits(currency),
    decimalSign: currency !== undefined && commaBeforeThree.has(currency) ? ',' : '.',
    decimalSeparator: options.decimalSeparator ?? undefined,
    groupSeparator: options.groupSeparator ?? undefined,
  };
}

function amountOf(text: string, { run, end, power, cents: apart }: Candidate, hints: NumberHints): string {
  if (apart !== undefined) {
    const whole = plainDecimal(text.slice(run.start, run.end).replace(/ \d\d$/u, ''), {
      ...hints,
      digits: 2,
    });
    return withCents(whole, apart);
  }
  const cents = power === 0 ? /^ ?€ ?(?:(?<=€)(\d+)|(?<=€ )(\d\d))(?!\d)/u.exec(text.slice(end)) : null;
  const decimals = cents?.[1] ?? cents?.[2];
  if (decimals !== undefined && !/[.,]\d\d$/u.test(run.text)) {
    return withCents(plainDecimal(run.text, { ...hints, groupSeparator: '.' }), decimals);
  }
  const amount = plainDecimal(run.text, hints);
  return power === 0 ? amount : shifted(amount, power);
}

/** What has decimals of its own is not followed by others: "1,1€1". */
const withCents = (amount: string, cents: string): string =>
  amount.includes('.') ? amount : `${amount}.${cents}`;

/** A minus right before the amount or its sign, at the start of the text: "-5.00 €", "-$5". A dash apart is none. */
function isNegative(text: string, { run }: Candidate): boolean {
  return /^\s*-[^\s\d-]{0,4}$/u.test(text.slice(0, run.start));
}
