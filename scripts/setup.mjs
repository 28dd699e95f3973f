/**
 * Brings node_modules in step with package-lock.json. Nothing happens when it is (a marker in node_modules says so).
 * Install scripts are not run: nothing here needs one, npm 11 blocks them anyway, and so every npm gives the same result.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lib/lock.mjs';
import { findBun, nodeModules, root } from './lib/places.mjs';
import { isMain, RunError, runMain, runOrThrow } from './lib/run.mjs';

const MIN_NODE = 20;
/** npm's codes for "no network". */
const OFFLINE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT)\b/;
const marker = join(nodeModules, '.agor-setup');
const lockfile = join(root, 'package-lock.json');

/** Installs what is missing or stale. Throws with a sentence that says what to do when that is impossible. */
export async function setup() {
  requireNode();
  if (isFresh()) return;
  await withLock('setup', async () => {
    if (isFresh()) return;
    if (!isInStep()) await install();
    if (!findBun()) {
      throw new Error(
        `npm brought no Bun for ${process.platform}-${process.arch}. Was it told to leave out optional packages (omit=optional)? Delete node_modules and try again without.`,
      );
    }
    writeFileSync(marker, wantedMarker());
  });
}

function requireNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < MIN_NODE)
    throw new Error(`Node ${process.versions.node} is too old: agor needs Node ${MIN_NODE} or newer.`);
}

function isFresh() {
  return existsSync(marker) && readFileSync(marker, 'utf8') === wantedMarker() && findBun() !== undefined;
}

function wantedMarker() {
  const lock = existsSync(lockfile) ? createHash('sha256').update(readFileSync(lockfile)).digest('hex') : 'no lockfile';
  return `${lock}\n${process.versions.node.split('.')[0]}\n`;
}

/** Whether someone ran npm by hand: what npm noted as installed is what the lockfile asks for. */
function isInStep() {
  const installedList = join(nodeModules, '.package-lock.json');
  if (!existsSync(installedList) || !existsSync(lockfile) || existsSync(marker)) return false;
  const wanted = JSON.parse(readFileSync(lockfile, 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedList, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true; // a workspace itself, not a thing to install
    const have = installed[path];
    return have
      ? have.version === entry.version
      : entry.optional === true || entry.devOptional === true || entry.peer === true;
  });
}

/**
 * Not `npm ci`: it refuses a lockfile made against a registry that lacks some platform's optional packages, and it empties
 * node_modules first, from under a machine that runs from this clone. With `--no-save` the lockfile is followed and left as it is.
 */
async function install() {
  process.stderr.write('agor: installing packages\n');
  const { file, args } = npm();
  const flags = [
    '--no-save',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  try {
    await runOrThrow('npm install', file, [...args, 'install', ...flags]);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    throw new Error(
      OFFLINE.test(error.output)
        ? `the packages could not be fetched: npm's registry was not reached. See above for why; behind a proxy set HTTPS_PROXY. Then run the same command again.`
        : `${error.message} The packages are not installed; npm says why above.`,
    );
  }
}

/** The npm that started us, else the one on PATH. */
function npm() {
  const own = process.env.npm_execpath;
  if (own?.endsWith('npm-cli.js') && existsSync(own)) return { file: process.execPath, args: [own] };
  const name = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  if (spawnSync(name, ['--version'], { stdio: 'ignore' }).error)
    throw new Error('npm was not found on PATH. It comes with Node: install Node 20 or newer with npm.');
  return { file: name, args: [] };
}

if (isMain(import.meta.url)) await runMain(setup);
