import { expect, test } from 'bun:test';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@agor/runtime/testing';
import { World } from '../world/index.ts';

const CHUNK = Buffer.alloc(64 * 1024, 1);

/** A disk of its own for a folder, small enough to be filled. */
class SmallDisk implements Disposable {
  constructor(private readonly path: string) {
    mkdirSync(path, { recursive: true });
    const { exitCode, stderr } = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'size=24m,mode=0700', 'tmpfs', path]);
    if (exitCode !== 0) throw new Error(`no small disk could be made: ${stderr}`);
  }

  /** Writes until nothing fits any more. */
  fill(): void {
    const file = openSync(join(this.path, 'filler'), 'w');
    try {
      for (let size = CHUNK.length; size > 0; ) {
        try {
          writeSync(file, CHUNK, 0, size);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          size = Math.floor(size / 2);
        }
      }
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(join(this.path, 'filler'));
  }

  [Symbol.dispose](): void {
    Bun.spawnSync(['umount', '-l', this.path]);
  }
}

/** Only root may mount, and only where the container allows it. */
const mayMount = (() => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const world = new World({ name: 'mount' });
  try {
    using _disk = new SmallDisk(join(world.root, 'disk'));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(world.root, { recursive: true, force: true });
  }
})();

test.if(mayMount)(
  'a full disk refuses new work in clear words and loses nothing: with room again everything goes on (needs root)',
  async () => {
    await using world = new World({ name: 'full' });
    using disk = new SmallDisk(world.paths.dataDir);
    const { info } = await world.serve();
    const work = world.folder('work');
    expect((await world.agor('run', '--provider', 'demo', '--cwd', work, 'say before')).exitCode).toBe(0);
    const { sessionId } = await world.session();
    await world.agor('send', sessionId, 'hold', 'go');
    await until('the turn runs', async () => (await world.said(sessionId)).includes('I wait for'));

    disk.fill();
    const refused = await world.agor('send', sessionId, 'say', 'refused');
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('The disk is full, so nothing was saved.');
    // The agent goes on meanwhile; what it says must not get lost.
    writeFileSync(join(work, '.agor-demo-go'), '');
    expect((await world.agor('ps')).exitCode).toBe(0);

    disk.free();
    await until('what was said meanwhile is there', async () => (await world.said(sessionId)).includes('I go on.'));
    await until('the turn is over', async () => (await world.session()).status === 'done');
    expect((await world.agor('run', '--resume', sessionId, '--json', 'say after')).exitCode).toBe(0);
    expect((await world.said(sessionId)).split('\n')).toEqual([
      'before',
      'I wait for .agor-demo-go.',
      'I go on.',
      'after',
    ]);
    expect(world.machinePid).toBe(info.machinePid);
    expect(await world.shutdown()).toEqual([]);
  },
  60_000,
);
