import { parentPort } from 'node:worker_threads';
import { drawSvg } from './draw.ts';
import { toPng } from './rasterize.ts';
import type { Drawing, Drawn } from './chart-renderer.ts';

/** Draws what it is sent, one after the other. */
parentPort!.on('message', (drawing: Drawing) => {
  void draw(drawing).then((drawn) => parentPort!.postMessage(drawn));
});

async function draw({ chart, decimals, pngWidth }: Drawing): Promise<Drawn> {
  try {
    const svg = drawSvg(chart, decimals);
    return { picture: pngWidth === null ? svg : await toPng(svg, pngWidth) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
