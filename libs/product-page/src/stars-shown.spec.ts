import { elementsOf, parsePage } from './page-tree.ts';
import { starsShown } from './stars-shown.ts';

const shown = (html: string): number | undefined =>
  starsShown(elementsOf(parsePage(html), () => true)[0]!)?.value;
const row = (...looks: string[]): string =>
  `<div>${looks.map((look) => `<i class="icon ${look}"></i>`).join(' ')}</div>`;

it.each([
  ['a label', '<div class="stars" aria-label="Rated 4.5 out of 5"></div>', 4.5],
  ['a title of stars alone', '<i title="3 Sterne"></i>', 3],
  ['the width of a bar', '<div class="rating-box"><span style="width: 70%"></span></div>', 3.5],
  ['a class', '<i class="icon rating-4_5"></i>', 4.5],
  ['the name of a picture', '<img src="/img/stars_2.0.png?v=3">', 2],
  [
    'filled icons before empty ones',
    row('star-full', 'star-full', 'star-full', 'star-empty', 'star-empty'),
    3,
  ],
  ['a half icon', row('star', 'star', 'star', 'star-half', 'star-o'), 3.5],
  ['icons of one kind', row('star', 'star', 'star', 'star', 'star'), 5],
  ['empty icons', row('star-o', 'star-o', 'star-o', 'star-o', 'star-o'), 0],
])('are told by %s', (_what, html, value) => {
  expect(shown(html)).toBe(value);
});

it.each([
  ['icons in no order', row('star-full', 'star-empty', 'star-full', 'star-full', 'star-full')],
  ['another number of icons', row('star', 'star', 'star')],
  ['icons that carry a number', row('star4', 'star4', 'star4')],
  ['a width of the layout', '<div style="width:100%"><b>Reviews</b></div>'],
  ['a label of something else', '<div class="stars" title="Perfect, 2 thumbs up"></div>'],
  ['a picture with a long number', '<img src="stars_56786.gif">'],
])('are not guessed from %s', (_what, html) => {
  expect(shown(html)).toBeUndefined();
});
