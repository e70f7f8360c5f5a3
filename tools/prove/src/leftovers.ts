import { spawn } from 'node:child_process';

/**
 * Removes a data folder, and unmounts what is mounted in it, when this process is gone without having done so itself:
 * a shell reads a pipe that only we hold open, so even SIGKILL closes it. The servers are ended by guards of their own;
 * the folder goes when they have.
 * @returns calls it off: all is removed, or meant to stay
 */
export function removeIfKilled(dataDir: string): () => void {
  // not as an argument: it must not find itself among the processes that still use the folder
  const script = `trap '' INT TERM HUP
    read -r line && exit 0
    tries=0
    while [ -e "$LEFTOVERS" ] && [ "$tries" -lt 120 ]; do
      sleep 0.5
      tries=$((tries + 1))
      [ "$tries" -lt 60 ] && printf %s "$LEFTOVERS" | grep -qsFf - /proc/[0-9]*/cmdline && continue
      for place in "$LEFTOVERS"/*; do mountpoint -q "$place" && umount "$place" 2>/dev/null; done
      rm -rf -- "$LEFTOVERS" 2>/dev/null
    done
    exit 0`;
  const shell = spawn('sh', ['-c', script, 'souk-prove-leftovers'], {
    env: { PATH: process.env.PATH, LEFTOVERS: dataDir },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  (shell.stdin as unknown as { unref?: () => void }).unref?.();
  return () => shell.stdin.end('done\n');
}
