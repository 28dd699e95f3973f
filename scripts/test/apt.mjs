/** What the tests need of the system and npm does not bring. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export function mayInstall() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/**
 * Throws with apt-get's own words when it can't.
 * @param {string[]} packages
 */
export function aptInstall(...packages) {
  process.stderr.write(`agor: installing ${packages[0]} with apt-get\n`);
  apt(['update', '-q']);
  apt(['install', '-q', '-y', '--no-install-recommends', ...packages]);
}

/** @param {string[]} args */
function apt(args) {
  const { status, stdout, stderr } = spawnSync('/usr/bin/apt-get', args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${stdout}${stderr}`);
}
