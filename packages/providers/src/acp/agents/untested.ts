import type { AcpAgent } from './types.ts';

/** Known by their documentation alone, and said to be: found on PATH, never installed by agor. */
interface OnPath {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly binary: string;
  readonly args: readonly string[];
  readonly envPrefixes: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly projectGuards?: readonly string[];
}

function onPath({ binary, args, projectGuards, ...agent }: OnPath): AcpAgent {
  return {
    ...agent,
    cli: {
      binary,
      args,
      npmPackage: () => null,
      npmVersion: '',
      version: '',
      sizeMb: 0,
      binaryPathInPackage: () => binary,
    },
    ...(projectGuards ? { sandbox: { projectGuards } } : {}),
    caveat: `untested: written after its documentation, ${agent.label} itself was never run with agor`,
  };
}

export const untested: readonly AcpAgent[] = [
  onPath({
    name: 'goose',
    label: 'Goose',
    description: "Block's Goose",
    binary: 'goose',
    args: ['acp'],
    envPrefixes: ['GOOSE_'],
    // Its own default allows everything.
    env: { GOOSE_MODE: 'approve' },
    projectGuards: ['.goosehints', '.goose'],
  }),
  onPath({
    name: 'copilot',
    label: 'Copilot CLI',
    description: "GitHub's Copilot CLI",
    binary: 'copilot',
    args: ['--acp'],
    envPrefixes: ['COPILOT_', 'GH_COPILOT_'],
    projectGuards: ['.copilot'],
  }),
  onPath({
    name: 'cursor',
    label: 'Cursor CLI',
    description: "Cursor's agent on the command line",
    binary: 'cursor-agent',
    args: ['acp'],
    envPrefixes: ['CURSOR_'],
    projectGuards: ['.cursor'],
  }),
  onPath({
    name: 'kimi',
    label: 'Kimi CLI',
    description: "Moonshot's Kimi CLI",
    binary: 'kimi',
    args: ['acp'],
    envPrefixes: ['KIMI_', 'MOONSHOT_'],
    projectGuards: ['.kimi'],
  }),
  onPath({
    name: 'auggie',
    label: 'Auggie',
    description: "Augment's Auggie",
    binary: 'auggie',
    args: ['--acp'],
    envPrefixes: ['AUGMENT_'],
    projectGuards: ['.augment'],
  }),
];
