import { howToInstall } from '../src/ensure-servers.ts';

describe('howToInstall', () => {
  it.each([
    ['brew', 'brew install postgresql@17 redis'],
    ['dnf', 'sudo dnf install postgresql-server redis'],
    ['apk', 'apk add postgresql17 redis'],
    ['pacman', 'sudo pacman -S postgresql redis'],
    ['apt-get', 'sudo apt-get install postgresql redis-server'],
  ])('names the command of a system with %s', (tool, command) => {
    expect(howToInstall(['postgres', 'redis'], (name) => name === tool)).toContain(
      `install with: ${command}\n`,
    );
  });

  it('names what is missing and both ways around installing it, even on an unknown system', () => {
    const message = howToInstall(['nats'], () => false);
    expect(message).toContain('nats-server >= 2.9');
    expect(message).toContain('SOUK_NATS_BIN');
    expect(message).toContain('SOUK_NATS_URL');
  });
});
