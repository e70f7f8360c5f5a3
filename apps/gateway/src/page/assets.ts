import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const packageDir = (name: string): string => dirname(require.resolve(`${name}/package.json`));
/** From src/page and from dist/page alike: the page's files are served as they are written. */
const own = fileURLToPath(new URL('../../src/page/', import.meta.url));

/** The files that are served, by name, and nothing else. */
export const ASSETS: Readonly<Record<string, { directory: string; file: string }>> = {
  'live.js': { directory: own, file: 'live.js' },
  'chart.js': { directory: own, file: 'chart.js' },
  'feed.js': { directory: own, file: 'feed.js' },
  'key.js': { directory: own, file: 'key.js' },
  'live.css': { directory: own, file: 'live.css' },
  'market.js': { directory: own, file: 'market.js' },
  'market.css': { directory: own, file: 'market.css' },
  'docs.js': { directory: own, file: 'docs.js' },
  'uplot.js': { directory: join(packageDir('uplot'), 'dist'), file: 'uPlot.esm.js' },
  'uplot.css': { directory: join(packageDir('uplot'), 'dist'), file: 'uPlot.min.css' },
  'swagger-ui-bundle.js': { directory: packageDir('swagger-ui-dist'), file: 'swagger-ui-bundle.js' },
  'swagger-ui.css': { directory: packageDir('swagger-ui-dist'), file: 'swagger-ui.css' },
};

/** The pages by name. */
export const PAGES = { live: join(own, 'live.html'), market: join(own, 'market.html') } as const;

/** Stands in each page, where it has its place. */
export const KEY_FORM = join(own, 'key-form.html');
