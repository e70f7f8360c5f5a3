import { type PointColumns, type PriceColumns } from './point-columns.ts';
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

export function decodeTimeline(bytes: Uint8Array): PriceColumns {
  const reader = new ByteReader(bytes);
  const length = readLength(reader);
  return {
    atMs: readSequence(reader, length),
    priceMinor: readRuns(reader, new Float64Array(length)),
    availability: readRuns(reader, new Uint8Array(length)),
  };
}

export function decodeChunk({ timeline, detail }: EncodedChunk): PointColumns {
  const reader = new ByteReader(detail);
  const length = readLength(reader);
  const listPriceMinor = readRuns(reader, new Float64Array(length));
  for (let index = 0; index < length; index += 1) {
    const list = listPriceMinor[index]!;
    listPriceMinor[index] = list === 0 ? NaN : list - 1;
  }
  return { ...decodeTimeline(timeline), listPriceMinor, provenance: readSequence(reader, length) };
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

function readRuns<Values extends Float64Array | Uint8Array>(reader: ByteReader, values: Values): Values {
  let value = 0;
  for (let start = 0; start < values.length;) {
    const end = start + reader.unsigned();
    value += reader.signed();
    values.fill(value, start, end);
    start = end;
  }
  return values;
}
