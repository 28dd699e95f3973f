import type { SandboxRule, SandboxStatus } from '@agor/protocol';

/** What each rule holds, for the person. */
const RULES: Record<SandboxRule, string> = {
  writes: 'Writes only in the project and its own temp folder',
  reads: 'Reads only the system and the project: no keys, browser profiles or other projects',
  network: 'Connects only to allowed ports',
  signals: 'Can’t signal processes outside',
  abstractSockets: 'Can’t reach the sockets of other programs',
  pathSockets: 'Can’t reach keyring, docker, session bus or agor itself',
  gitGuard: 'Can’t plant git hooks or change the repository’s configuration',
  vendorGuard: 'Can’t plant settings, hooks or tools for an agent',
};

export function ruleText(rule: SandboxRule): string {
  return RULES[rule];
}

export type SandboxTone = 'green' | 'yellow' | 'blue' | 'overlay1' | 'red';

export interface SandboxLine {
  /** Two or three words, for a label. */
  readonly title: string;
  readonly text: string;
  readonly tone: SandboxTone;
}

/** What a sandbox's state means, in words. */
export function sandboxLine({ state, rules }: SandboxStatus): SandboxLine {
  const open = rules.filter(({ enforced }) => !enforced).length;
  switch (state) {
    case 'on':
      return { title: 'Sandbox on', text: 'Everything below is enforced.', tone: 'green' };
    case 'partial':
      return {
        title: 'Sandbox partly on',
        text: `${open} of ${rules.length} rules can’t be enforced on this computer.`,
        tone: 'yellow',
      };
    case 'vendor':
      return {
        title: 'Vendor’s sandbox',
        text: 'agor’s own can’t be had on this computer; the agent’s program confines what it runs by itself.',
        tone: 'blue',
      };
    case 'none':
      return {
        title: 'No sandbox',
        text: 'It is asked for, and nothing on this computer can enforce it: the agent has your own rights.',
        tone: 'red',
      };
    case 'off':
      return {
        title: 'Sandbox off',
        text: 'What the agent runs has your own rights on this computer, beyond its folder too.',
        tone: 'overlay1',
      };
  }
}

/** Nothing was asked for. */
export const OFF: SandboxStatus = {
  ...{ state: 'off', landlockAbi: null, bubblewrap: false },
  ...{ rules: [], write: [], read: [], ports: [] },
};

/** What a sandbox means to somebody who is about to write the first prompt. */
export function startWords(status: SandboxStatus): Pick<SandboxLine, 'title' | 'text'> {
  const line = sandboxLine(status);
  if (status.state !== 'on' && status.state !== 'partial') return line;
  const holds = (rule: SandboxRule) => status.rules.some((told) => told.rule === rule && told.enforced);
  const held = [
    holds('writes') ? 'What the agent runs can write in its folder only.' : '',
    holds('reads') ? 'It reads no keys and no other project.' : '',
    status.state === 'partial' ? `${line.text} The shield above tells which.` : '',
  ];
  return { title: line.title, text: held.filter(Boolean).join(' ') };
}

/** Before anything runs: what the project wants, told as a wish and not as a fact. */
export function wishedLine(enabled: boolean): SandboxLine {
  return enabled
    ? { title: 'Sandbox on from the next start', text: '', tone: 'overlay1' }
    : { title: 'Sandbox off', text: '', tone: 'overlay1' };
}
