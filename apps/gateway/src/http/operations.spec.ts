import type { OperationSpec } from './operation.ts';
import { Operations } from './operations.ts';

describe('operations', () => {
  const operation: OperationSpec = {
    id: 'getThing',
    summary: 'A thing',
    scope: 'read',
    responses: { 200: { description: 'It.' } },
  };
  const adding = (config: { operation?: OperationSpec }) => () =>
    new Operations().add({ method: 'GET', url: '/v1/things/:id', config });

  it('are declared: a route without one is not served', () => {
    expect(adding({ operation })).not.toThrow();
    expect(adding({})).toThrow('GET /v1/things/:id has no @Operation');
  });

  it('that take a key stand in the document, from which the tests of access are made', () => {
    expect(adding({ operation: { ...operation, scope: null, isHidden: true } })).not.toThrow();
    expect(adding({ operation: { ...operation, isHidden: true } })).toThrow(
      'GET /v1/things/:id takes a key and is hidden',
    );
  });
});
