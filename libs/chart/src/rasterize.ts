import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { FONT_NAME, fontFile } from './font.ts';

const require = createRequire(import.meta.url);
let ready: Promise<void> | undefined;
let fonts: Uint8Array[] | undefined;

/** An SVG as PNG of this width in pixels. Only the fonts that come along are used: the same picture everywhere. */
export async function toPng(svg: string, width: number): Promise<Uint8Array> {
  ready ??= initWasm(readFileSync(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  await ready;
  fonts ??= [fontFile('normal'), fontFile('bold')];
  const picture = new Resvg(svg, {
    fitTo: { mode: 'width', value: width },
    font: { fontBuffers: fonts, defaultFontFamily: FONT_NAME, sansSerifFamily: FONT_NAME },
  });
  try {
    const image = picture.render();
    const png = image.asPng();
    image.free();
    return png;
  } finally {
    picture.free();
  }
}
