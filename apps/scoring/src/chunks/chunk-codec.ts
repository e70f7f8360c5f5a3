import { emptyColumns, emptyPrices, type PointColumns, type PriceColumns } from './point-columns.ts';
import { readSequence, writeSequence } from './sequence-codec.ts';
import { ByteReader, ByteWriter } from './varint.ts';

/** First byte of each part; a later layout gets another number, and this one stays readable. */
const LAYOUT = 1;

/** The bytes of a chunk, in two columns so that whoever wants prices alone does not read the rest. */
export interface EncodedChunk {
  /** Times, prices and availabilities. */
  timeline: Uint8Array;
  /** List prices and where each observation came from. */
  detail: Uint8Array;
}

/** Every observation as it is; what stays the same from one to the next is written once with its count. */
export function encodeChunk(points: PointColumns): EncodedChunk {
  const timeline = new ByteWriter();
  timeline.unsigned(LAYOUT);
  timeline.unsigned(points.atMs.length);
  writeSequence(timeline, points.atMs);
  writeRuns(timeline, points.priceMinor);
  writeRuns(timeline, points.availability);
  const detail = new ByteWriter();
  detail.unsigned(LAYOUT);
  detail.unsigned(points.atMs.length);
  // Zero stands for "not stated", so that every list price moves up by one.
  writeRuns(
    detail,
    points.listPriceMinor.map((list) => (Number.isNaN(list) ? 0 : list + 1)),
  );
  writeSequence(detail, points.provenance);
  return { timeline: timeline.result(), detail: detail.result() };
}

/** How many observations a chunk holds, and when the first one was. */
export function headOf(timeline: Uint8Array): { points: number; firstMs: number } {
  const reader = new ByteReader(timeline);
  return { points: readLength(reader), firstMs: reader.signed() };
}

/** Times, prices and availabilities of a chunk, from a place on. */
export function readTimeline(bytes: Uint8Array, columns: PriceColumns, from: number): void {
  const reader = new ByteReader(bytes);
  const end = from + readLength(reader);
  readSequence(reader, columns.atMs, from, end);
  readRuns(reader, columns.priceMinor, from, end);
  readRuns(reader, columns.availability, from, end);
}

/** All columns of a chunk, from a place on. */
export function readChunk({ timeline, detail }: EncodedChunk, columns: PointColumns, from: number): void {
  readTimeline(timeline, columns, from);
  const reader = new ByteReader(detail);
  const end = from + readLength(reader);
  const { listPriceMinor } = columns;
  readRuns(reader, listPriceMinor, from, end);
  for (let index = from; index < end; index += 1) {
    const list = listPriceMinor[index]!;
    listPriceMinor[index] = list === 0 ? NaN : list - 1;
  }
  readSequence(reader, columns.provenance, from, end);
}

export function decodeTimeline(bytes: Uint8Array): PriceColumns {
  const columns = emptyPrices(headOf(bytes).points);
  readTimeline(bytes, columns, 0);
  return columns;
}

export function decodeChunk(chunk: EncodedChunk): PointColumns {
  const columns = emptyColumns(headOf(chunk.timeline).points);
  readChunk(chunk, columns, 0);
  return columns;
}

function readLength(reader: ByteReader): number {
  const layout = reader.unsigned();
  if (layout !== LAYOUT) {
    throw new Error(
      `a chunk of the history has layout ${layout}, which this version does not know: update Souk`,
    );
  }
  return reader.unsigned();
}

/** Each run as its length and how far its value lies from the one before. */
function writeRuns(writer: ByteWriter, values: Float64Array | Uint8Array): void {
  let previous = 0;
  for (let start = 0; start < values.length;) {
    const value = values[start]!;
    let end = start + 1;
    while (end < values.length && values[end] === value) end += 1;
    writer.unsigned(end - start);
    writer.signed(value - previous);
    previous = value;
    start = end;
  }
}

function readRuns(reader: ByteReader, values: Float64Array | Uint8Array, from: number, end: number): void {
  let value = 0;
  for (let start = from; start < end;) {
    const next = Math.min(end, start + reader.unsigned());
    value += reader.signed();
    for (; start < next; start += 1) values[start] = value;
  }
}
