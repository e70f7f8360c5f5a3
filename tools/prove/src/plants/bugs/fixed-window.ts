import type { Plant } from '../plant.ts';

export const fixedWindow: Plant = {
  name: 'fixed-window',
  breaks: 'calls are counted by the clock’s own seconds: around the turn of one, twice as many are allowed',
  file: 'apps/quota/dist/window-script.js',
  find: 'tonumber(decisive) + window.period',
  replacement: 'tonumber(decisive) - tonumber(decisive) % window.period + window.period',
  row: 'calls at the shop',
};
