/** The browser of the tests is the system's. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { aptInstall, mayInstall } from './apt.mjs';

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
  if (!mayInstall()) {
    throw new Error(
      'The browser tests need Chromium, and none was found on PATH. Install it (Debian: `sudo apt-get install chromium`; macOS: `brew install --cask chromium`) or set AGOR_CHROMIUM to its path.',
    );
  }
  aptInstall('chromium', 'fonts-dejavu-core');
  const found = find();
  if (!found)
    throw new Error(
      'apt-get installed chromium, but no such program is on PATH. Set AGOR_CHROMIUM to the path of a Chromium.',
    );
  return found;
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
