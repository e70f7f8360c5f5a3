import type { Plant } from '../plant.ts';

export const noInbox: Plant = {
  name: 'no-inbox',
  breaks: 'every message counts as new: what the broker brings again is handled again',
  file: 'libs/bus/dist/migrations.js',
  find: `select coalesce(array_agg(message_id), '{}') into fresh from inserted;`,
  replacement: 'select ids into fresh;',
  row: 'events told',
};
