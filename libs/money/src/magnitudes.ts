/** Words that multiply the number before them, as a power of ten: "2rb", "1,5 jt", "3.2 lakh", "12万", "99¢". */
const powers: readonly (readonly [RegExp, number])[] = [
  [/^ ?(?:rb|ribu|tys\.?|тыс\.?|tis\.|천|千)(?!\p{L})/iu, 3],
  [/^ ?(?:万|萬|만)/u, 4],
  [/^ ?(?:lakhs?|lacs?)(?!\p{L})/iu, 5],
  [/^ ?(?:jt|juta|mln\.?|mio\.?|млн\.?|millions?|millones|million[ei]n?|triệu)(?!\p{L})/iu, 6],
  [/^ ?(?:crores?)(?!\p{L})/iu, 7],
  [/^ ?(?:億|亿|억)/u, 8],
  [/^ ?(?:¢|cents?(?!\p{L}))/iu, -2],
];
/** One letter multiplies only where a currency shows that it is money: "$15k", "€1.2M". */
const letters: readonly (readonly [RegExp, number])[] = [
  [/^k(?![\p{L}\p{N}])/iu, 3],
  [/^M(?![\p{L}\p{N}])/u, 6],
  [/^ ?Cr(?![\p{L}\p{N}])/iu, 7],
  [/^p(?![\p{L}\p{N}])/u, -2],
];

export interface Magnitude {
  power: number;
  /** Characters of the text that it takes. */
  length: number;
}

/** The multiplying word at the start of a text. */
export function magnitudeAt(text: string, isMoney: boolean): Magnitude | undefined {
  for (const [pattern, power] of isMoney ? [...powers, ...letters] : powers) {
    const match = pattern.exec(text);
    if (match) return { power, length: match[0].length };
  }
  return undefined;
}

/** An exact decimal moved by a power of ten: "1.5" by 6 is "1500000", "99" by -2 is "0.99". */
export function shifted(decimal: string, power: number): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  if (power < 0) {
    const digits = whole.padStart(1 - power, '0');
    return `${digits.slice(0, power).replace(/^0+(?=\d)/u, '')}.${digits.slice(power)}${fraction}`;
  }
  const moved = fraction.slice(0, power).padEnd(power, '0');
  const digits = `${whole}${moved}`.replace(/^0+(?=\d)/u, '');
  const rest = fraction.slice(power);
  return rest === '' ? digits : `${digits}.${rest}`;
}
