import type { SandboxRule } from '@agor/protocol';
import { probeSandbox, type SandboxProbe } from '@agor/runtime';
import { sandboxRules } from '@agor/session';
import type { Finding } from './finding.ts';

const WORDS: Readonly<Record<SandboxRule, string>> = {
  writes: 'agents write only in their project',
  reads: 'agents read only the system and their project',
  network: 'agents connect only to allowed ports',
  signals: 'agents signal nobody outside',
  abstractSockets: 'agents reach no abstract socket outside',
  pathSockets: 'agents reach no socket file outside',
  gitGuard: 'git hooks and settings are only read',
  vendorGuard: "the vendors' settings and hooks are only read",
};

/** What a sandbox can hold on this computer, rule by rule; what it can't is told with what would help. */
export async function sandboxFindings(probe: () => Promise<SandboxProbe> = probeSandbox): Promise<Finding[]> {
  const found = await probe();
  const { bubblewrap, bubblewrapProblem } = found;
  return [
    {
      name: 'bubblewrap',
      state: bubblewrap === null ? 'warn' : 'good',
      detail: bubblewrap ?? bubblewrapProblem ?? 'missing',
    },
    ...sandboxRules({ ...found, bubblewrap: bubblewrap !== null }).map(({ rule, enforced, note }): Finding => {
      const held = `${WORDS[rule]}${enforced ? '' : ': not held here'}`;
      return {
        name: `sandbox ${rule}`,
        state: enforced ? 'good' : 'warn',
        detail: note === undefined ? held : `${held} (${note})`,
      };
    }),
  ];
}
