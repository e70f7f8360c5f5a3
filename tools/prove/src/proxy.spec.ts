import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Proxy } from './proxy.ts';

/** Says back what it hears, and remembers it. */
async function echo(): Promise<{ server: Server; heard: string[]; sockets: Socket[] }> {
  const heard: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      heard.push(bytes.toString());
      socket.write(bytes);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, heard, sockets };
}

/** However it ended. */
const closed = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.once('close', resolve));

describe('the proxy', () => {
  let far: Awaited<ReturnType<typeof echo>>;
  let proxy: Proxy;
  const near: Socket[] = [];

  beforeEach(async () => {
    far = await echo();
    proxy = await Proxy.start();
    proxy.target = { host: '127.0.0.1', port: (far.server.address() as AddressInfo).port };
  });
  afterEach(async () => {
    for (const socket of near.splice(0)) socket.destroy();
    await proxy.close();
    far.server.close();
  });

  const dial = async (): Promise<Socket> => {
    const socket = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
    near.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  const say = async (socket: Socket, text: string): Promise<string> => {
    socket.write(text);
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    return bytes.toString();
  };

  it('passes on what is said, both ways, and the end of it', async () => {
    const socket = await dial();
    expect(await say(socket, 'one')).toBe('one');
    const ended = once(far.sockets[0]!, 'close');
    socket.end();
    await ended;
  });

  it('cuts what is open and lets nobody in until it behaves', async () => {
    const socket = await dial();
    await say(socket, 'one');
    const effect = proxy.misbehave('cut');
    await closed(socket);
    await closed(connect(proxy.port, '127.0.0.1').on('error', () => undefined));
    expect(effect.connections).toBe(2);
    proxy.behave();
    expect(await say(await dial(), 'two')).toBe('two');
  });

  it('leaves the near end in the belief that it is connected', async () => {
    const socket = await dial();
    await say(socket, 'one');
    const effect = proxy.misbehave('half-open');
    await once(far.sockets[0]!, 'close');
    socket.write('nobody hears this');
    while (effect.bytes === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await say(await dial(), 'somebody new')).toBe('somebody new');
    expect(socket.destroyed).toBe(false);
    expect(proxy.halfOpen).toBe(1);
    socket.destroy();
    await once(socket, 'close');
    for (const end = Date.now() + 5_000; proxy.halfOpen > 0 && Date.now() < end;)
      await new Promise((resolve) => setImmediate(resolve));
    expect(proxy.halfOpen).toBe(0);
    expect(far.heard).not.toContain('nobody hears this');
    expect(effect).toEqual({ connections: 1, bytes: 17 });
  });

  it('is late, and keeps the order also when it is quick again', async () => {
    const socket = await dial();
    const effect = proxy.misbehave('slow', 60);
    const startedAt = Date.now();
    socket.write('first ');
    while (effect.bytes === 0) await new Promise((resolve) => setImmediate(resolve));
    proxy.behave();
    socket.write('second');
    for (let got = ''; got !== 'first second';) {
      const [bytes] = (await once(socket, 'data')) as [Buffer];
      got += bytes.toString();
      expect('first second'.startsWith(got)).toBe(true);
    }
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(59);
  });

  it('lets a request through and loses its answer', async () => {
    const socket = await dial();
    await say(socket, 'one');
    const effect = proxy.misbehave('reply lost');
    const isClosed = closed(socket);
    socket.write('two');
    await isClosed;
    expect(far.heard).toContain('two');
    expect(effect).toEqual({ connections: 1, bytes: 3 });
  });

  it.each(['half-open', 'reply lost'] as const)(
    'hits one who comes later where nobody was: %s',
    async (how) => {
      const effect = proxy.misbehave(how);
      const socket = await dial();
      const isClosed = closed(socket);
      socket.write('one');
      while (effect.bytes === 0) await new Promise((resolve) => setImmediate(resolve));
      if (how === 'reply lost') await isClosed;
      expect(effect).toEqual({ connections: 1, bytes: 3 });
      expect(far.heard).toEqual(how === 'reply lost' ? ['one'] : []);
      expect(await say(await dial(), 'somebody new')).toBe('somebody new');
    },
  );
});
