/** Appends the GS1 check digit (mod 10, weights 3 and 1 from the right) to the digits before it. */
export function withCheckDigit(digits: string): string {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const isTripled = (digits.length - index) % 2 === 1;
    sum += Number(digits[index]) * (isTripled ? 3 : 1);
  }
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
