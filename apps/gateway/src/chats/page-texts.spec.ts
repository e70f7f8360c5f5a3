import { pageTexts } from './page-texts.ts';

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['fr, DE;q=0.5', 'de'],
  ['en-GB, de', 'en'],
  ['fr', 'en'],
  ['constructor, __proto__', 'en'],
])('a browser that asks for %s gets %s', (asked, language) => {
  const texts = pageTexts(asked);
  expect(texts.language).toBe(language);
  expect(texts.ended('a@mail.example')).toContain('a@mail.example');
  expect(texts.installed('Team')).toContain('Team');
});
