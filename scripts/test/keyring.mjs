/** Secrets are tested with a real keyring on a bus of the test's own. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { aptInstall, mayInstall } from './apt.mjs';

const PROGRAMS = ['dbus-daemon', 'gdbus', 'gnome-keyring-daemon'];

/** Installs what is missing with apt-get where we are root. Elsewhere those tests are skipped, and say so. */
export function ensureKeyring() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const isThere = PROGRAMS.every((name) => folders.some((folder) => existsSync(join(folder, name))));
  if (process.platform !== 'linux' || isThere || !mayInstall()) return;
  aptInstall('gnome-keyring', 'dbus', 'libsecret-1-0', 'libglib2.0-bin');
}
