import { readCommand } from './command.ts';

const id = '0198c0de-0000-7000-8000-000000000001';

describe('the command line of dead letters', () => {
  it('asks every service unless one is named', () => {
    expect(readCommand(['list'])?.services).toContain('scoring');
    expect(readCommand(['list', '--service', 'billing'])?.services).toEqual(['billing']);
  });

  it('replays everything only when told so', () => {
    expect(() => readCommand(['replay'])).toThrow('Give ids, or --all');
    expect(() => readCommand(['replay', '--all', id])).toThrow('Give ids, or --all');
    expect(readCommand(['replay', '--all'])).toMatchObject({ verb: 'replay', all: true, ids: [] });
    expect(readCommand(['replay', id])).toMatchObject({ verb: 'replay', all: false, ids: [id] });
  });

  it.each([
    [['burn'], 'say list, show or replay'],
    [['list', '--service', 'shop'], 'there is no service shop'],
    [['show'], 'show which?'],
    [['show', 'latest'], 'latest is not the id'],
    [['list', '--limit', '0'], '--limit is a whole number'],
  ])('%j is refused with what is wrong: %s', (args, problem) => {
    expect(() => readCommand(args)).toThrow(problem);
  });
});
