/** The tests of the sandbox need bubblewrap, as the sandbox does to hold every rule. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { aptInstall, mayInstall } from './apt.mjs';

/** Installs bubblewrap with apt-get where it is missing and we are root. Throws with what to install otherwise. On Linux only. */
export function ensureBubblewrap() {
  if (process.platform !== 'linux' || find()) return;
  if (!mayInstall()) {
    throw new Error(
      'The tests of the sandbox need bubblewrap, and none was found on PATH. Install it (Debian: `sudo apt-get install bubblewrap`).',
    );
  }
  aptInstall('bubblewrap');
}

function find() {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'bwrap')));
}
