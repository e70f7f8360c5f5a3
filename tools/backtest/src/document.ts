/** Puts a section in the place of the one of the same name, or at the end of a document. */
export function withSection(document: string, name: string, section: string): string {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const marked = `${begin}\n\n${section.trim()}\n\n${end}`;
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) return `${document.trimEnd()}\n\n${marked}\n`;
  return `${document.slice(0, from)}${marked}${document.slice(to + end.length)}`;
}
