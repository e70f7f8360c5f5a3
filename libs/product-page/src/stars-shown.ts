import { type Element, isTag } from 'domhandler';
import { elementsOf } from './page-tree.ts';
import { type Stars, starsIn } from './rating.ts';

const ICONS = 5;
const startsWithStars =
  /^\s*\d(?:[.,]\d{1,2})?\s*(?:$|stars?\b|sterne?\b|étoiles?\b|estrellas?\b|bintang\b|★)/iu;
const namesScale = /\d\s*(?:stars?|★)?\s*(?:\/|out of|of|von|de|su|sur|dari)\s*\d/iu;
/** `rate-1`, `stars50`, `pr-stars-5-sm`, `star-rating--filled-4,5`. */
const ratedClass =
  /(?:stars?|rate|ratings?)(?:[-_]+(?:filled|full|value|score))?[-_]*(\d)(?:[.,_-]?(\d))?(?:[-_](?:xs|sm|md|lg|xl|small|large))?$/iu;
/** `stars_4.0.png`, `icon-rating-large5.png`. */
const ratedImage = /(?:star|rating)[a-z_-]*(\d)(?:[._](\d))?\.(?:png|gif|svg|jpe?g|webp)(?:[?#]|$)/iu;

/**
 * Stars that an element shows without saying their number in its text: by a label for those who cannot see them, the
 * width of a coloured bar, the name of a class or picture, or five icons of which the first ones are filled. Undefined
 * where none of these tells for sure.
 */
export function starsShown(element: Element): Stars | undefined {
  const elements = [element, ...elementsOf(element, () => true).filter((each) => each !== element)];
  return labelled(elements) ?? bar(elements) ?? named(elements) ?? icons(elements);
}

function labelled(elements: readonly Element[]): Stars | undefined {
  for (const { attribs } of elements) {
    for (const label of [attribs['aria-label'], attribs['title'], attribs['alt']]) {
      if (label !== undefined && (startsWithStars.test(label) || namesScale.test(label)))
        return starsIn(label);
    }
  }
  return undefined;
}

/** `width:80%` of four stars; several different widths are the layout's. */
function bar(elements: readonly Element[]): Stars | undefined {
  if (!elements.some(isOfStars)) return undefined;
  const widths = elements.flatMap(
    ({ attribs }) => /(?:^|;)\s*width\s*:\s*(\d{1,3}(?:\.\d+)?)%/iu.exec(attribs['style'] ?? '')?.[1] ?? [],
  );
  if (new Set(widths).size !== 1 || widths.length >= ICONS || Number(widths[0]) > 100) return undefined;
  return { value: Number(widths[0]) / 20, best: 5 };
}

/** One element names the number; where several do it is the name of an icon. */
function named(elements: readonly Element[]): Stars | undefined {
  const found = elements.flatMap(({ attribs }) => {
    const classes = (attribs['class'] ?? '').split(/\s+/u).map((name) => ratedClass.exec(name));
    const name = classes.find(Boolean) ?? ratedImage.exec((attribs['src'] ?? '').slice(-200));
    return name ? [Number(`${name[1]}.${name[2] ?? 0}`)] : [];
  });
  const [value] = found;
  return found.length === 1 && value !== undefined && value <= 5 ? { value, best: 5 } : undefined;
}

/** Five icons side by side: filled ones, at most one half, then empty ones. */
function icons(elements: readonly Element[]): Stars | undefined {
  for (const { children } of elements) {
    const row = children.filter(isTag);
    if (row.length !== ICONS || !row.every(isOfStars)) continue;
    const looks = row.map(({ attribs }) => attribs['class']!.trim().toLowerCase());
    const runs = looks.filter((look, index) => look !== looks[index - 1]);
    const isHalf = (look: string | undefined): boolean => look !== undefined && look.includes('half');
    const whole = isEmpty(runs[0]!) || isHalf(runs[0]) ? 0 : looks.filter((look) => look === runs[0]).length;
    const half = looks.filter(isHalf).length;
    if (runs.length > (half > 0 ? 3 : 2) || half > 1 || new Set(runs).size < runs.length) return undefined;
    return { value: whole + half / 2, best: ICONS };
  }
  return undefined;
}

const isOfStars = ({ attribs }: Element): boolean => /star|rat(?:e|ing)/iu.test(attribs['class'] ?? '');

const isEmpty = (look: string): boolean =>
  /empty|outline|blank|inactive|-off\b|-o\b|[^\d]0-filled/u.test(look);
