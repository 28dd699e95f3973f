import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pruneBuilds } from './builds.mjs';

let dist: string;
beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), 'agor-builds-'));
});
afterEach(() => rmSync(dist, { recursive: true }));

/** Seven builds, the first the oldest. */
function sevenBuilds() {
  return Array.from({ length: 7 }, (_, age) => {
    const name = `${age}`.repeat(16);
    mkdirSync(join(dist, name));
    utimesSync(join(dist, name), age + 1, age + 1);
    return name;
  });
}

test('the newest five builds stay, and with them the current one', () => {
  const builds = sevenBuilds();
  pruneBuilds(builds[0] ?? '', dist);
  expect(readdirSync(dist).sort()).toEqual(builds.filter((name) => name !== builds[1]));
});

test('a build that a living process was started from stays', async () => {
  const builds = sevenBuilds();
  const program = join(dist, builds[0] ?? '', 'machine.js');
  writeFileSync(program, 'console.log("up"); setInterval(() => {}, 1000);');
  const machine = Bun.spawn([process.execPath, program], { stdout: 'pipe' });
  await machine.stdout.getReader().read();
  utimesSync(join(dist, builds[0] ?? ''), 1, 1);
  pruneBuilds(builds[6] ?? '', dist);
  machine.kill();
  await machine.exited;
  expect(readdirSync(dist).sort()).toEqual(builds.filter((name) => name !== builds[1]));
});

test('a half-made build is cleared away, other files are not touched', () => {
  mkdirSync(join(dist, '.building-0123456789abcdef-42'));
  writeFileSync(join(dist, 'current'), 'x');
  mkdirSync(join(dist, 'notes'));
  pruneBuilds('', dist);
  expect(readdirSync(dist).sort()).toEqual(['current', 'notes']);
});
