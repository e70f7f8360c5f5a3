import { LANGUAGES } from '../texts/languages.ts';
import { Texts } from '../texts/texts.ts';
import { codeLetter, oneLine, testLetter } from './email-text.ts';

it.each(LANGUAGES)('mails of a channel itself are in its language: %s', (language) => {
  const texts = new Texts(language);
  const { subject, text, html } = codeLetter('H7KQ2MXP', texts);
  expect(subject).toBe(texts.say('mail.code-subject', { code: 'H7KQ2MXP' }));
  for (const body of [text, html]) expect(body).toContain(texts.say('mail.code-how', { code: 'H7KQ2MXP' }));
  expect(html).toContain(`<html lang="${language}">`);
  expect(testLetter(texts).text.trim()).toBe(texts.say('mail.test'));
});

it('a subject is one line, whatever it is made of, and no longer than it may be', () => {
  expect(oneLine('a\r\nBcc: b\u2028c', 50)).toBe('a Bcc: b c');
  expect(oneLine('😀😀😀', 4)).toBe('😀…');
});
