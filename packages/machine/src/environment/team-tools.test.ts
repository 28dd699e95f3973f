import { expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { tempDir } from '@agor/runtime/testing';
import { teamTools, withTeamCommands } from './team-tools.ts';

const REPO = join(import.meta.dir, '../../../..');
const tools = { ...teamTools(import.meta), bin: join(REPO, 'bin') };

test("an agent's shell finds btmsg and bttask, also a login shell, and reads what the person's own BASH_ENV says", async () => {
  using dir = tempDir();
  const own = join(dir.path, 'own.sh');
  await Bun.write(own, 'export MINE=yes\n');
  for (const flags of ['-c', '-lc']) {
    const env = withTeamCommands(tools, { PATH: '/usr/bin:/bin', HOME: dir.path, BASH_ENV: own });
    const ran = spawnSync('bash', [flags, 'command -v btmsg bttask; echo $MINE'], { env, encoding: 'utf8' });
    expect(ran.stdout).toBe(`${tools.bin}/btmsg\n${tools.bin}/bttask\nyes\n`);
  }
});
