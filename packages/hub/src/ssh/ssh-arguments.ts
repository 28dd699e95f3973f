import type { SshDraft } from '@agor/protocol';

/**
 * What `ssh` is started with: handed over word by word, never through a shell of this computer. What the person's `~/.ssh/config` forwards is
 * switched off, and their agent is lent only where they said so; host keys are checked as they configured it. Pure.
 */
export function sshArguments(to: Omit<SshDraft, 'name' | 'folder' | 'color'>): string[] {
  const { host, port, username, keyFile, startFolder, forwardAgent } = to;
  const args = [
    ...['-o', `ForwardAgent=${forwardAgent ? 'yes' : 'no'}`],
    ...['-o', 'ClearAllForwardings=yes', '-o', 'ForwardX11=no'],
    ...(port === null ? [] : ['-p', String(port)]),
    ...(keyFile === '' ? [] : ['-i', keyFile, '-o', 'IdentitiesOnly=yes']),
    ...(username === '' ? [] : ['-l', username]),
  ];
  // The host comes after `--`, and can't be an option; the schema refuses a dash at its beginning as well.
  if (startFolder === '') return [...args, '--', host];
  return [...args, '-t', '--', host, shellIn(startFolder)];
}

/** A line for the shell over there: a login shell in that folder, or, where the folder is not there, in the home folder. */
function shellIn(folder: string): string {
  const isHome = folder === '~' || folder.startsWith('~/');
  const path = isHome ? `~/${quoted(folder.slice(2))}` : quoted(folder);
  return `cd -- ${path}; exec "$SHELL" -l`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
