/** Installs what is missing and builds what is stale; says nothing when there is nothing to do. `bin/agor` runs it when it finds no build. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { dist } from './lib/places.mjs';
import { isMain, runMain } from './lib/run.mjs';
import { setup } from './setup.mjs';

/** Throws when there is no `agor` to start afterwards. */
export async function prepare() {
  await setup();
  const hash = await build();
  if (!existsSync(join(dist, hash, 'agor.js')))
    throw new Error('the build holds no agor.js: packages/cli/src/main.ts is missing.');
}

if (isMain(import.meta.url)) await runMain(prepare);
