import { CHART_WORDS } from '@souk/chart';
import { chartReader } from './chart-reader.ts';

it('a chart has words of the language of the chat, and English ones are those of charts everywhere', () => {
  expect(chartReader('en', 'UTC')).toEqual({ locale: 'en', timeZone: 'UTC', words: CHART_WORDS });
  const { locale, timeZone, words } = chartReader('de', 'Europe/Berlin');
  expect({ locale, timeZone }).toEqual({ locale: 'de', timeZone: 'Europe/Berlin' });
  expect(Object.keys(words)).toEqual(Object.keys(CHART_WORDS));
  for (const [name, word] of Object.entries(CHART_WORDS))
    expect(words[name as keyof typeof words]).not.toBe(word);
  expect(words.onDay).toBe('am {day}');
});
