import { dirname } from 'node:path';

/** What becomes of a path and all below it, until a longer path says otherwise. */
export type Rule = 'write' | 'read' | 'hide';

/** Where rules come from, weakest first: at the same path the later one counts. */
export interface PolicySources {
  /** System, toolchains, agor's build, the vendor's program. */
  readonly system: readonly string[];
  /** Keys, keyrings and the like, wherever an allowed folder happens to contain them. */
  readonly secrets: readonly string[];
  /** What the project allows besides itself. */
  readonly allowedRead: readonly string[];
  readonly allowedWrite: readonly string[];
  /** agor's data, settings and sockets, its providers' folder excepted: nothing that a project allows opens them. */
  readonly sealed: readonly string[];
  /** The session's own: project, repository, temp folder, caches, and what its provider needs. */
  readonly ownRead: readonly string[];
  readonly ownWrite: readonly string[];
  /** Read only below a folder that may be written. */
  readonly guards: readonly string[];
}

/** The rules of one session, each path once, a folder before what lies in it. */
export type Policy = ReadonlyMap<string, Rule>;

/**
 * Puts the sources together. Pure; all paths are absolute and real (no symbolic links). The longer path decides: a project inside a hidden
 * folder is open, a hidden folder inside a project is not. A path that would change nothing is left out.
 */
export function sandboxPolicy(sources: PolicySources): Policy {
  const all = new Map<string, Rule>();
  const set = (paths: readonly string[], rule: Rule): void => {
    for (const path of paths) all.set(path, rule);
  };
  set(sources.system, 'read');
  set(sources.secrets, 'hide');
  set(withoutSealed(sources.allowedRead, sources.sealed), 'read');
  set(withoutSealed(sources.allowedWrite, sources.sealed), 'write');
  set(sources.sealed, 'hide');
  set(sources.ownRead, 'read');
  set(sources.ownWrite, 'write');
  for (const path of sources.guards) {
    const inside = ruleFor(all, path);
    if (inside === 'write') all.set(path, 'read');
  }
  const policy = new Map<string, Rule>();
  for (const path of [...all.keys()].sort(byDepth)) {
    const rule = all.get(path) as Rule;
    if (ruleFor(policy, path) !== rule) policy.set(path, rule);
  }
  return policy;
}

/** What holds for a path: the rule of the nearest path above it, or of itself. Nothing said means hidden. */
export function ruleFor(policy: Policy, path: string): Rule {
  for (let at = path; ; at = dirname(at)) {
    const rule = policy.get(at);
    if (rule) return rule;
    if (at === dirname(at)) return 'hide';
  }
}

/** The paths of a rule, shortest first. */
export function pathsOf(policy: Policy, rule: Rule): string[] {
  return [...policy].filter(([, one]) => one === rule).map(([path]) => path);
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}

function withoutSealed(paths: readonly string[], sealed: readonly string[]): string[] {
  return paths.filter((path) => !sealed.some((folder) => isWithin(path, folder)));
}

function byDepth(a: string, b: string): number {
  return depth(a) - depth(b) || (a < b ? -1 : 1);
}

function depth(path: string): number {
  return path === '/' ? 0 : path.split('/').length - 1;
}
