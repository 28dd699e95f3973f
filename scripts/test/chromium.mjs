/** The browser of the tests is the system's. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const MAC = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * The path of a Chromium: `AGOR_CHROMIUM`, else one found, else one installed with apt-get where we are root.
 * Throws with what to install otherwise.
 * @returns {string}
 */
export function ensureChromium() {
  const given = process.env.AGOR_CHROMIUM;
  if (given) {
    if (!isProgram(given)) throw new Error(`AGOR_CHROMIUM names ${given}, which cannot be run.`);
    return given;
  }
  return find() ?? install();
}

function find() {
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...MAC].find(isProgram);
}

function install() {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !existsSync('/usr/bin/apt-get')) {
    throw new Error(
      'The browser tests need Chromium, and none was found on PATH. Install it (Debian: `sudo apt-get install chromium`; macOS: `brew install --cask chromium`) or set AGOR_CHROMIUM to its path.',
    );
  }
  process.stderr.write('agor: installing chromium with apt-get\n');
  apt(['update', '-q']);
  apt(['install', '-q', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']);
  const found = find();
  if (!found)
    throw new Error(
      'apt-get installed chromium, but no such program is on PATH. Set AGOR_CHROMIUM to the path of a Chromium.',
    );
  return found;
}

/** @param {string[]} args */
function apt(args) {
  const { status, stdout, stderr } = spawnSync('/usr/bin/apt-get', args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
