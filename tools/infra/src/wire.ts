import { connect } from 'node:net';

/**
 * Opens a TCP connection to 127.0.0.1, sends `hello` if any, and waits until the answer is accepted.
 * @throws when the server refuses, hangs up, answers something else, or says nothing for 2 s
 */
export function exchange(port: number, hello: Buffer | string | undefined, accept: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    const settle = (problem?: Error): void => {
      socket.destroy();
      if (problem) reject(problem);
      else resolve();
    };
    socket.setTimeout(2_000, () => settle(new Error(`nothing answers on port ${port}`)));
    socket.once('connect', () => {
      if (hello !== undefined) socket.write(hello);
    });
    socket.on('data', (chunk: Buffer) => {
      answer = (answer + chunk.toString('latin1')).slice(0, 65_536);
      if (accept.test(answer)) settle();
    });
    socket.once('error', settle);
    socket.once('close', () => settle(new Error(`port ${port} answered: ${answer.slice(0, 100)}`)));
  });
}
