import { REFUSAL_CODES } from '@souk/contracts';
import { invalid } from '../invalid.ts';
import { Texts } from '../texts/texts.ts';
import { readConditions } from '../watches/conditions.ts';
import { UNKNOWN_ID, UNKNOWN_LINK } from '../watches/subjects.ts';
import { FOREIGN_CHANNEL } from '../watches/watch-writer.ts';
import { refusalText } from './refusals.ts';

const de = new Texts('de');
const fields = (...names: string[]) => invalid(...names.map((field) => ({ field, problem: 'is no good' })));

describe('what a chat says when something is refused', () => {
  it.each([
    ['when.priceBelow', 'refused.amount'],
    ['when.all.1.any.0.dropAmount', 'refused.amount'],
    ['when.dropPercent', 'refused.percent'],
    ['when.scoreAtLeast', 'refused.percent'],
    ['query.text', 'refused.words'],
    ['category.name', 'refused.words'],
    ['channels', 'refused.channel'],
    ['channels.0', 'refused.channel'],
    [UNKNOWN_ID.field, 'refused.gone'],
    [UNKNOWN_LINK.field, 'watch.unknown-link'],
    ['cursor', 'refused.otherwise'],
  ])('is about the field %s', (field, key) => {
    expect(refusalText(fields(field))).toEqual({ key });
  });

  it.each(REFUSAL_CODES)('is never the English of the API: %s', (code) => {
    const said = de.write(refusalText({ code, problems: undefined }));
    expect(said).toMatch(/^(Das|Die) /);
  });

  it('is the first of several problems that can be told', () => {
    expect(refusalText(fields('cursor', 'when.priceBelow', 'channels'))).toEqual({ key: 'refused.amount' });
  });

  it.each([{ priceBelow: '0' }, { priceBelow: '99999999999' }, { dropPercent: 12.345 }])(
    'fits what is wrong with %j',
    (when) => {
      const read = readConditions(when);
      if (!('problems' in read)) throw new Error('nothing is wrong with it');
      const { problems } = read;
      expect(de.write(refusalText(invalid(...problems)))).toMatch(/^(Diesen Preis|Diesen Prozentsatz)/);
    },
  );

  it('tells of a channel that is no more', () => {
    const refusal = invalid({ field: 'channels', problem: FOREIGN_CHANNEL });
    expect(de.write(refusalText(refusal))).toContain('verbunden');
  });
});
