import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What the independent script says about one game. */
export interface GameTruth {
  product: string;
  rows: number;
  /** Dates of drops by at least 30 %. */
  drops: string[];
  /** Price in cents by date. */
  prices: Map<string, number>;
}

const counter = fileURLToPath(new URL('./count-drops.mjs', import.meta.url));

/** Asks the independent script, a process of its own; games by their product code. */
export async function steamTruth(folder: string): Promise<Map<string, GameTruth>> {
  const { stdout } = await promisify(execFile)(process.execPath, [counter, folder, '30', '--prices'], {
    maxBuffer: 256 * 1024 * 1024,
  });
  const games = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Omit<GameTruth, 'prices'> & { prices: [string, number][] });
  return new Map(games.map((game) => [game.product, { ...game, prices: new Map(game.prices) }]));
}

/** 200 games spread over the set, the same ones in every run. */
export function watchedGames(truth: ReadonlyMap<string, GameTruth>, count = 200): GameTruth[] {
  const games = [...truth.values()];
  const every = games.length / count;
  return Array.from({ length: count }, (_, index) => games[Math.floor(index * every)]!);
}
