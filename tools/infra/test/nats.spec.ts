import { withStoreDir } from '../src/nats.ts';

describe('withStoreDir', () => {
  it.each([
    'jetstream {\n  store_dir: "/elsewhere"\n  max_file_store: 10\n}',
    'jetstream: { store_dir = /elsewhere, max_file_store: 10 }',
    'jetstream { store_dir "/elsewhere" }',
  ])('replaces the store folder of %j', (text) => {
    const rewritten = withStoreDir(text, '/here/store');
    expect(rewritten).toContain('store_dir: "/here/store"');
    expect(rewritten).not.toContain('elsewhere');
  });

  it('switches JetStream on where the text says nothing of it', () => {
    expect(withStoreDir('listen: 127.0.0.1:1', '/here')).toContain('jetstream { store_dir: "/here" }');
  });
});
