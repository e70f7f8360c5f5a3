import { INTENTS } from './intents.ts';
import { chancesOf, featuresOf, likelyIntent } from './likely-intent.ts';

it('a sentence of a known kind is recognised by its words', () => {
  expect(likelyIntent('how much did i save this month').intent).toBe('savings');
  expect(likelyIntent('keine nachrichten mehr zur ps5').intent).toBe('stop');
  expect(likelyIntent('bandingkan poco x6 dan redmi note 13').intent).toBe('compare');
});

it('numbers, makers and goods count as such, so that other ones are read alike', () => {
  expect(featuresOf('Stop the Sony TV 55')).toEqual(featuresOf('stop the dyson laptop 65'));
});

it('words, neighbours and parts of words are noticed, each once', () => {
  expect(featuresOf('stop stop')).toEqual([
    ...['<', 'stop', '<_stop', ':<sto', ':stop', ':top>', 'stop_stop', '>', 'stop_>'],
  ]);
});

it('chances add up to one, and without any known feature none is preferred', () => {
  const chances = chancesOf(featuresOf('zorgle blimp'), new Map());
  expect(chances).toEqual(INTENTS.map(() => 1 / INTENTS.length));
  const total = Object.values(chancesOf(['stop'], new Map([['stop', INTENTS.map((_, place) => place)]])));
  expect(total.reduce((left, right) => left + right)).toBeCloseTo(1);
});

it('an empty text has chances too', () => {
  expect(likelyIntent('').probability).toBeGreaterThan(0);
});
