import { type ByteReader, ByteWriter } from './varint.ts';

/** How the steps of a sequence are written: what repeats once with its count, or what differs from the usual step. */
const REPEATED = 0;
const DIFFERENT = 1;

/**
 * Numbers that mostly grow by about the same: times of observations, numbers of fetches. Written are the first one,
 * the greatest common divisor of all steps, and the steps in the shorter of two ways: regular ones as (step, times),
 * irregular ones by how far each lies from the middle one.
 */
export function writeSequence(writer: ByteWriter, values: Float64Array): void {
  if (values.length === 0) return;
  writer.signed(values[0]!);
  if (values.length === 1) return;
  const steps = values.subarray(1).map((value, index) => value - values[index]!);
  const unit = steps.reduce(greatestDivisor, 0) || 1;
  for (let index = 0; index < steps.length; index += 1) steps[index]! /= unit;
  writer.unsigned(unit);
  const [repeated, different] = [repeatedSteps(steps), differentSteps(steps)];
  const isRegular = repeated.size <= different.size;
  writer.unsigned(isRegular ? REPEATED : DIFFERENT);
  writer.append(isRegular ? repeated : different);
}

/** Reads as many numbers as were written, into these places. */
export function readSequence(reader: ByteReader, values: Float64Array, from: number, end: number): void {
  if (from === end) return;
  let value = (values[from] = reader.signed());
  if (from + 1 === end) return;
  const unit = reader.unsigned();
  if (reader.unsigned() === DIFFERENT) return reader.steps(values, from, end, reader.signed(), unit);
  for (let index = from + 1; index < end;) {
    const step = reader.signed() * unit;
    for (let times = reader.unsigned(); times > 0; times -= 1, index += 1) values[index] = value += step;
  }
}

function repeatedSteps(steps: Float64Array): ByteWriter {
  const writer = new ByteWriter();
  for (let start = 0; start < steps.length;) {
    let end = start + 1;
    while (end < steps.length && steps[end] === steps[start]) end += 1;
    writer.signed(steps[start]!);
    writer.unsigned(end - start);
    start = end;
  }
  return writer;
}

function differentSteps(steps: Float64Array): ByteWriter {
  const writer = new ByteWriter();
  const usual = steps.toSorted()[steps.length >>> 1]!;
  writer.signed(usual);
  for (const step of steps) writer.signed(step - usual);
  return writer;
}

function greatestDivisor(a: number, b: number): number {
  let [divisor, rest] = [Math.abs(a), Math.abs(b)];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  return divisor;
}
