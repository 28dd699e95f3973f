/** SSH connections are tested with a real sshd of the test's own: its own keys, an unprivileged port, nobody else's configuration. */
import { existsSync } from 'node:fs';
import { aptInstall, mayInstall } from './apt.mjs';

/** Installs what is missing with apt-get where we are root. Elsewhere those tests are skipped, and say so. */
export function ensureSshd() {
  if (process.platform !== 'linux' || !mayInstall()) return;
  if (existsSync('/usr/sbin/sshd') && existsSync('/usr/bin/ssh')) return;
  aptInstall('openssh-server', 'openssh-client');
}
