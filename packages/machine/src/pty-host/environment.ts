import { homedir, userInfo } from 'node:os';
import { MARK_VARIABLE, SESSION_VARIABLE } from '../environment/index.ts';

/** Carries the data folder's mark in all that terminals started, and in nothing else: a new pty host ends what a killed one left behind. */
export const TERMINAL_VARIABLE = 'AGOR_TERMINAL';

const FALLBACK_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The environment that the hub sent, with what no shell does without, what this terminal is, and the marks by which its processes are found. */
export function terminalEnvironment(
  env: Readonly<Record<string, string>>,
  marks: { readonly id: string; readonly mark: string },
): Record<string, string> {
  const user = userInfo();
  return {
    HOME: homedir(),
    USER: user.username,
    LOGNAME: user.username,
    SHELL: user.shell ?? '/bin/sh',
    PATH: FALLBACK_PATH,
    ...env,
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    [SESSION_VARIABLE]: marks.id,
    [MARK_VARIABLE]: marks.mark,
    [TERMINAL_VARIABLE]: marks.mark,
  };
}
