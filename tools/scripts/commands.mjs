/**
 * Every command that package.json runs from source tells its help. Nothing compiles them: Node only takes their types
 * out, so that one file with a syntax of TypeScript's own, in whatever they import, would end them all.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { pinnedNode, root } from './pinned-node.mjs';

const FROM_SOURCE = /tools\/scripts\/run\.mjs (\S+\.ts)( [a-z]+)?$/;

/** What `npm run` runs from source, each as the arguments of Node. */
export function commandsOf({ scripts }) {
  return Object.values(scripts).flatMap((script) => {
    const [, file, command] = FROM_SOURCE.exec(script) ?? [];
    return file ? [[file, ...(command ? [command.trim()] : [])]] : [];
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const commands = commandsOf(JSON.parse(readFileSync(`${root}/package.json`, 'utf8')));
  for (const command of commands) {
    const help = execFileSync(pinnedNode(), ['--conditions=source', ...command, '--help'], {
      cwd: root,
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (!help.includes('npm run')) throw new Error(`${command.join(' ')} --help tells nothing: ${help}`);
  }
  console.log(`${commands.length} commands run as they are written`);
}
