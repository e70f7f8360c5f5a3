import type { Element } from 'domhandler';
import { elementsOf, textOf } from './page-tree.ts';

const maxBrandLength = 60;

/** The brand that an element names: its text, else what stands for its picture; a sentence names none. */
export function brandIn(element: Element): string | undefined {
  const text = textOf(element);
  if (text !== '') return text.length > maxBrandLength ? undefined : text;
  for (const image of elementsOf(element, ({ name }) => name === 'img')) {
    const shown = (image.attribs['alt'] ?? '').trim() || (image.attribs['title'] ?? '').trim();
    if (shown !== '' && shown.length <= maxBrandLength) return shown;
  }
  return undefined;
}
