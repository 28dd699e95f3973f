/** Desktop notifications are tested with a bus and a notification daemon of the test's own. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { aptInstall, mayInstall } from './apt.mjs';

/** Installs what is missing with apt-get where we are root, two small packages beside the bus. Elsewhere those tests are skipped, and say so. */
export function ensureDbus() {
  if (process.platform !== 'linux' || isThere() || !mayInstall()) return;
  aptInstall('dbus', 'libglib2.0-bin', 'python3-dbus', 'python3-gi');
}

function isThere() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = ['dbus-daemon', 'gdbus'].every((name) => folders.some((folder) => existsSync(join(folder, name))));
  return onPath && spawnSync('/usr/bin/python3', ['-c', 'import dbus, gi']).status === 0;
}
