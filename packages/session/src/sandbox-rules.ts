import type { SandboxRequest, SandboxRule, SandboxStatus } from '@agor/protocol';

/** What confines a runner, or could. */
export interface SandboxLayers {
  readonly landlockAbi: number | null;
  readonly bubblewrap: boolean;
  /** Why bubblewrap can't be used, and what would help. */
  readonly bubblewrapProblem?: string | null;
}

type Told = SandboxStatus['rules'][number];

/** From these versions of Landlock on: truncation, TCP ports, signals and abstract sockets. */
const TRUNCATE_ABI = 3;
const NETWORK_ABI = 4;
const SCOPE_ABI = 6;

/** Which rules these layers hold, each with what is to be known of it. The one place where that is decided. */
export function sandboxRules(layers: SandboxLayers): Told[] {
  const { landlockAbi, bubblewrap } = layers;
  const abi = landlockAbi ?? 0;
  const files = abi > 0 || bubblewrap;
  const kernel = (needed: number, linux: string): string =>
    abi === 0
      ? `needs Landlock, which this kernel does not offer (Linux ${linux} or later does)`
      : `needs version ${needed} of Landlock (Linux ${linux} or later); this kernel has ${abi}`;
  const needsFiles = `${kernel(1, '5.13')}, or bubblewrap: ${layers.bubblewrapProblem ?? 'it is missing'}`;
  const mounts = (rule: SandboxRule, note?: string): Told =>
    told(rule, bubblewrap, bubblewrap ? note : (layers.bubblewrapProblem ?? 'needs bubblewrap'));
  return [
    told('writes', files, files ? (bubblewrap ? undefined : landlockAlone(abi)) : needsFiles),
    told('reads', files, files ? undefined : needsFiles),
    told(
      'network',
      abi >= NETWORK_ABI,
      abi >= NETWORK_ABI ? 'TCP connections; UDP (DNS among it) is not held' : kernel(NETWORK_ABI, '6.7'),
    ),
    told('signals', abi >= SCOPE_ABI, abi >= SCOPE_ABI ? undefined : kernel(SCOPE_ABI, '6.12')),
    told('abstractSockets', abi >= SCOPE_ABI, abi >= SCOPE_ABI ? undefined : kernel(SCOPE_ABI, '6.12')),
    mounts('pathSockets'),
    mounts('gitGuard', 'what could be planted in a repository that is made during a run is moved aside at its end'),
    mounts('vendorGuard', 'files that appear during a run are moved aside at its end'),
  ];
}

/** Whether all of it holds, some, or nothing. `vendor`: the provider has a sandbox of its own to fall back on. */
export function sandboxState(
  rules: readonly Told[],
  vendor: boolean,
): Extract<SandboxStatus['state'], 'on' | 'partial' | 'vendor' | 'none'> {
  if (rules.every((rule) => rule.enforced)) return 'on';
  if (rules.some((rule) => rule.enforced)) return 'partial';
  return vendor ? 'vendor' : 'none';
}

/** What a project decides about the sandbox, as its settings name it. */
export interface SandboxChoice {
  readonly sandboxEnabled?: boolean | undefined;
  readonly sandboxPorts?: readonly string[] | undefined;
  readonly sandboxPaths?: readonly { readonly path: string; readonly access: 'read' | 'write' }[] | undefined;
}

/**
 * Whether a live runner was started under other settings than the project has now: they count from its next start on, so
 * the session should offer a restart. `running` is the session's `sandbox`; null: nothing is known, nothing is claimed.
 */
export function sandboxChanged(running: SandboxStatus | null, project: SandboxChoice): boolean {
  if (running === null) return false;
  const wanted: Omit<SandboxRequest, never> = {
    enabled: project.sandboxEnabled ?? false,
    ports: [...(project.sandboxPorts ?? [])],
    paths: [...(project.sandboxPaths ?? [])],
  };
  const had = running.asked ?? { enabled: running.state !== 'off', ports: [], paths: [] };
  if (!wanted.enabled || !had.enabled) return wanted.enabled !== had.enabled;
  const key = ({ ports, paths }: SandboxRequest): string =>
    JSON.stringify([[...ports].sort(), paths.map(({ path, access }) => `${access} ${path}`).sort()]);
  return key(wanted) !== key(had);
}

function landlockAlone(abi: number): string {
  const emptied = abi < TRUNCATE_ABI ? ', and files can be emptied' : '';
  return `by Landlock alone: modes, owners and times of files outside can still be changed${emptied}; bubblewrap prevents it`;
}

function told(rule: SandboxRule, enforced: boolean, note: string | undefined): Told {
  return { rule, enforced, ...(note === undefined ? {} : { note }) };
}
