/**
 * `npm run dev`: the face from source with hot reload, in front of a hub that runs from source and starts again when its
 * sources change. Both use a data folder of their own (`.cache/dev`, or AGOR_DATA_DIR), which Ctrl-C leaves as it is.
 */
import { spawn, spawnSync } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cache, findBun, nodeModules, root } from './lib/places.mjs';
import { runMain } from './lib/run.mjs';
import { setup } from './setup.mjs';

const FACE_PORT = 9710;
const HUB_PORT = 9711;
/** An editor saves many files at once. */
const SETTLE_MS = 200;

const env = {
  ...process.env,
  AGOR_DATA_DIR: process.env.AGOR_DATA_DIR ?? join(cache, 'dev/data'),
  AGOR_CONFIG_DIR: process.env.AGOR_CONFIG_DIR ?? join(cache, 'dev/config'),
};

await runMain(async () => {
  await setup();
  const agor = [/** @type {string} */ (findBun()), join(root, 'packages/cli/src/main.ts')];
  let hub = startHub(agor);
  const face = spawn(
    process.execPath,
    [
      join(nodeModules, 'vite/bin/vite.js'),
      'packages/web',
      '--host',
      '127.0.0.1',
      '--port',
      String(FACE_PORT),
      '--strictPort',
    ],
    { cwd: root, env: { ...env, AGOR_HUB: `http://127.0.0.1:${HUB_PORT}` }, stdio: 'inherit' },
  );

  /** @type {NodeJS.Timeout | undefined} */
  let settled;
  const watcher = watch(join(root, 'packages'), { recursive: true }, (_event, file) => {
    if (!file || !/^(?!web)[^/]+\/src\/.*(?<!\.test)\.(ts|sql)$/.test(file)) return;
    clearTimeout(settled);
    settled = setTimeout(() => {
      process.stderr.write('agor: sources changed, starting the hub again\n');
      hub.once('exit', () => {
        hub = startHub(agor);
      });
      hub.kill('SIGTERM');
    }, SETTLE_MS);
  });

  const end = () => {
    watcher.close();
    clearTimeout(settled);
    face.kill('SIGTERM');
    hub.removeAllListeners('exit');
    spawnSync(/** @type {string} */ (agor[0]), [...agor.slice(1), 'shutdown'], { env, stdio: 'ignore' });
    hub.kill('SIGTERM');
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, end);
  face.once('exit', end);
});

/**
 * Starts the hub and prints the address of the face with the hub's token.
 * @param {string[]} agor
 */
function startHub([file = '', ...args]) {
  const child = spawn(file, [...args, 'serve', '--json', '--port', String(HUB_PORT)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).once('line', (line) => {
    const { token } = JSON.parse(line);
    process.stderr.write(`agor: open http://127.0.0.1:${FACE_PORT}/#token=${token}\n`);
  });
  return child;
}
