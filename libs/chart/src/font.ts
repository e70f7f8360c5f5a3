import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const folder = (): string => join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');

export const FONT_NAME = 'DejaVu Sans Condensed';
/** As pictures name it; who opens an SVG without having the font sees one like it. */
export const FONT_FAMILY = `${FONT_NAME}, Arial Narrow, sans-serif`;
const FILES = { normal: 'DejaVuSansCondensed.ttf', bold: 'DejaVuSansCondensed-Bold.ttf' } as const;
export type Weight = keyof typeof FILES;

export const fontFile = (weight: Weight): Buffer => readFileSync(join(folder(), FILES[weight]));

/** Which characters a font has, and how wide they are. */
export class FontMetrics {
  private readonly unitsPerEm: number;
  private readonly advances: number[];
  private readonly glyphs: ReadonlyMap<number, number>;

  private constructor(file: DataView, tables: ReadonlyMap<string, number>) {
    this.glyphs = glyphsOf(file, tables.get('cmap')!);
    this.unitsPerEm = file.getUint16(tables.get('head')! + 18);
    const count = file.getUint16(tables.get('hhea')! + 34);
    const start = tables.get('hmtx')!;
    this.advances = Array.from({ length: count }, (_, glyph) => file.getUint16(start + glyph * 4));
  }

  /** Reads the tables `cmap` (format 12), `head`, `hhea` and `hmtx` of a TrueType font (ISO/IEC 14496-22). */
  static read(buffer: Buffer): FontMetrics {
    const file = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    const tables = new Map<string, number>();
    for (let index = 0; index < file.getUint16(4); index += 1) {
      const record = 12 + index * 16;
      tables.set(buffer.toString('latin1', record, record + 4), file.getUint32(record + 8));
    }
    return new FontMetrics(file, tables);
  }

  widthOf(text: string, fontSize: number): number {
    let units = 0;
    for (const character of text) {
      const glyph = this.glyphs.get(character.codePointAt(0)!) ?? 0;
      units += this.advances[Math.min(glyph, this.advances.length - 1)]!;
    }
    return (units / this.unitsPerEm) * fontSize;
  }

  canDraw(text: string): boolean {
    return Array.from(text).every((character) => this.glyphs.has(character.codePointAt(0)!));
  }
}

const SEGMENTED_COVERAGE = 12;

function glyphsOf(file: DataView, cmap: number): Map<number, number> {
  const glyphs = new Map<number, number>();
  for (let index = 0; index < file.getUint16(cmap + 2); index += 1) {
    const table = cmap + file.getUint32(cmap + 8 + index * 8);
    if (file.getUint16(table) !== SEGMENTED_COVERAGE) continue;
    for (let group = 0; group < file.getUint32(table + 12); group += 1) {
      const at = table + 16 + group * 12;
      const first = file.getUint32(at);
      const firstGlyph = file.getUint32(at + 8);
      for (let code = first; code <= file.getUint32(at + 4); code += 1)
        glyphs.set(code, firstGlyph + code - first);
    }
  }
  return glyphs;
}

const loaded = new Map<Weight, FontMetrics>();

export function metricsOf(weight: Weight): FontMetrics {
  let metrics = loaded.get(weight);
  if (!metrics) loaded.set(weight, (metrics = FontMetrics.read(fontFile(weight))));
  return metrics;
}
