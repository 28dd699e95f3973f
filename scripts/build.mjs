/**
 * Builds into `dist/<hash of the sources>/`: one bundle per program, `web/` for the face, and names it in `dist/current`.
 * A hash that is there already is not built again. A build appears whole or not at all.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pruneBuilds } from './lib/builds.mjs';
import { hashFiles } from './lib/hash.mjs';
import { withLock } from './lib/lock.mjs';
import { bunFromRoot, currentBuild, dist, findBun, nodeModules, root } from './lib/places.mjs';
import { isMain, runMain, runOrThrow } from './lib/run.mjs';
import { setup } from './setup.mjs';

const sharedInputs = [
  'package-lock.json',
  'tsconfig.base.json',
  'scripts/build.mjs',
  'scripts/bundle.mjs',
  'scripts/lib/pure-schemas.mjs',
];
const webInputs = [...sharedInputs, 'packages/web', 'packages/protocol', 'packages/session'];
const MAX_ATTEMPTS = 5;
const webEntry = join(root, 'packages/web/src/main.ts');

/**
 * Builds what is stale and returns the hash of the build that is now current.
 * @returns {Promise<string>}
 */
export async function build() {
  const wanted = hashSources();
  const hash = isBuilt(wanted) ? wanted : await withLock('build', buildStable);
  makeCurrent(hash);
  return hash;
}

/** A build whose sources were changed under it would lie about what it is made of: it is thrown away and made again. */
async function buildStable() {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const hash = hashSources();
    if (isBuilt(hash) || (await buildAll(hash))) return hash;
    process.stderr.write('agor: the sources changed during the build, building again\n');
  }
  throw new Error('the sources kept changing during the build. Try again when they rest.');
}

function hashSources() {
  return hashFiles([...sharedInputs, 'packages']);
}

/** @param {string} hash */
function isBuilt(hash) {
  return existsSync(join(dist, hash, 'build.json'));
}

/**
 * @param {string} hash
 * @returns {Promise<boolean>} false when the sources are no longer those of the hash
 */
async function buildAll(hash) {
  const started = Date.now();
  const out = join(dist, `.building-${hash}-${process.pid}`);
  mkdirSync(out, { recursive: true });
  const webHash = hashFiles(webInputs);
  const programs = findPrograms();
  try {
    const parts = [bundle(programs, out), existsSync(webEntry) ? buildWeb(webHash, out) : undefined];
    // Both to their end, also when one fails: nothing goes on writing into a folder that is deleted.
    for (const part of await Promise.allSettled(parts)) if (part.status === 'rejected') throw part.reason;
    writeFileSync(
      join(out, 'build.json'),
      `${JSON.stringify({ hash, webHash, programs: programs.map((p) => p.name) }, null, 2)}\n`,
    );
    if (hashSources() !== hash) return false;
    rmSync(join(dist, hash), { recursive: true, force: true });
    renameSync(out, join(dist, hash));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
  pruneBuilds(hash);
  process.stderr.write(
    `agor: built ${programs.map((p) => p.name).join(', ')}${existsSync(webEntry) ? ', web' : ''} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`,
  );
  return true;
}

/** The programs whose entry file exists. A provider's runner is found by its place, so that adding one changes nothing here. */
function findPrograms() {
  const providers = join(root, 'packages/providers/src');
  const runners = existsSync(providers)
    ? readdirSync(providers, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];
  return [
    { name: 'agor', entry: 'packages/cli/src/main.ts' },
    { name: 'team', entry: 'packages/cli/src/team/main.ts' },
    { name: 'mcp', entry: 'packages/cli/src/mcp/main.ts' },
    { name: 'hub', entry: 'packages/hub/src/main.ts' },
    { name: 'search', entry: 'packages/hub/src/search/main.ts' },
    { name: 'telemetry', entry: 'packages/hub/src/telemetry/exporter/main.ts' },
    { name: 'machine', entry: 'packages/machine/src/main.ts' },
    { name: 'pty-host', entry: 'packages/machine/src/pty-host/main.ts' },
    { name: 'keyring', entry: 'packages/hub/src/secrets/keyring/main.ts' },
    { name: 'knowledge', entry: 'packages/machine/src/knowledge/main.ts' },
    { name: 'confine', entry: 'packages/machine/src/sandbox/main.ts' },
    ...runners.map(({ name }) => ({ name: `runner-${name}`, entry: `packages/providers/src/${name}/main.ts` })),
  ]
    .map(({ name, entry }) => ({ name, entry: join(root, entry) }))
    .filter(({ entry }) => existsSync(entry));
}

/**
 * @param {{ name: string, entry: string }[]} programs
 * @param {string} out
 */
function bundle(programs, out) {
  return new Promise((resolve, reject) => {
    const child = spawn(/** @type {string} */ (findBun()), [join(root, 'scripts/bundle.mjs'), out], {
      cwd: root,
      stdio: ['pipe', 2, 2],
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve(undefined) : reject(new Error('the programs do not build (see above).')),
    );
    child.stdin?.end(JSON.stringify(programs));
  });
}

/**
 * The face takes longest: its last build is copied when nothing that it is made of has changed.
 * @param {string} webHash
 * @param {string} out
 */
async function buildWeb(webHash, out) {
  const same = readdirSync(dist).find(
    (name) => readBuild(name)?.webHash === webHash && existsSync(join(dist, name, 'web')),
  );
  if (same) return cpSync(join(dist, same, 'web'), join(out, 'web'), { recursive: true });
  const vite = join(nodeModules, 'vite/bin/vite.js');
  await runOrThrow('the build of the face', process.execPath, [
    vite,
    'build',
    'packages/web',
    '--outDir',
    join(out, 'web'),
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ]);
}

/** @param {string} name */
function readBuild(name) {
  const path = join(dist, name, 'build.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** @param {string} hash */
function makeCurrent(hash) {
  const text = `${hash}\n${bunFromRoot()}\n`;
  if (existsSync(currentBuild) && readFileSync(currentBuild, 'utf8') === text) return;
  const aside = `${currentBuild}.${process.pid}`;
  writeFileSync(aside, text);
  renameSync(aside, currentBuild);
}

if (isMain(import.meta.url)) {
  await runMain(async () => {
    await setup();
    process.stdout.write(`${await build()}\n`);
  });
}
