/** Light, whatever the reader's device prefers: a picture in a chat has no second version. */
export const THEME = {
  background: '#ffffff',
  ink: '#1d1b18',
  muted: '#66625a',
  grid: '#eae7e1',
  price: '#b0440f',
  imported: '#dfa580',
  list: '#8b8579',
  low: '#14713d',
  usual: '#3f6ea3',
  usualBand: 'rgba(63, 110, 163, 0.11)',
  outOfStock: 'rgba(40, 36, 30, 0.09)',
  good: '#14713d',
  bad: '#a32020',
} as const;
