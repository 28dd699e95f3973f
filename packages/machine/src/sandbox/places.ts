import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { SandboxRequest } from '@agor/protocol';
import type { SandboxNeeds, SandboxPlace } from '@agor/providers';
import type { AgorPaths } from '@agor/runtime';
import type { MountPlan } from './bubblewrap.ts';
import { gitPlaces } from './git-places.ts';
import { guardPlaces, isFolderName, mayBeEmpty } from './guards.ts';
import { ownFolders, vendorFolders } from './own-folders.ts';
import { isWithin, type Policy, ruleFor, sandboxPolicy } from './policy.ts';
import { RealPaths } from './real-path.ts';
import { homePaths, systemPaths } from './system-paths.ts';

export interface PlacesRequest {
  readonly place: SandboxPlace;
  /** Of the session's own provider. */
  readonly needs: SandboxNeeds | undefined;
  /** Of all providers: one agent must not give orders to another. */
  readonly allNeeds: readonly SandboxNeeds[];
  readonly sandbox: SandboxRequest | undefined;
  readonly additional: readonly string[];
  /** Programs of ours that run inside. */
  readonly programs: readonly (readonly string[])[];
  readonly paths: AgorPaths;
  readonly agentSocket: string;
  /** The folder of the commands that every agent has on its PATH. */
  readonly bin: string;
  readonly cache: string;
}

/** What the policy is about, as the disk is now. */
export interface FoundPlaces extends Pick<MountPlan, 'policy' | 'links' | 'pinned' | 'files'> {
  readonly place: SandboxPlace;
  /** The runner's environment in the sandbox. */
  readonly env: Readonly<Record<string, string>>;
  /** To be guarded, but not there. */
  readonly missingFolders: readonly string[];
  /** Made when they are not there, for as long as a run needs them. */
  readonly emptyFiles: readonly string[];
  /** The folders in which the session works. */
  readonly roots: readonly string[];
  /** To be looked at when the run has ended. */
  readonly watch: readonly string[];
}

/** Works out a session's policy from its project, its provider's needs and what is on the disk. */
export async function findPlaces(request: PlacesRequest): Promise<FoundPlaces> {
  const { needs, sandbox, paths, programs } = request;
  const env = { ...request.place.env, ...needs?.env?.(request.place) };
  const place: SandboxPlace = { ...request.place, env };
  const real = new RealPaths();
  const system = systemPaths();
  const home = homePaths(place.home, env);
  const allowed = sandbox?.paths ?? [];
  const allowedWrite = allowed.filter(({ access }) => access === 'write').map(({ path }) => path);
  const roots = real.existing([place.cwd, ...(sandbox?.root ? [sandbox.root] : []), ...request.additional]);

  const git = await Promise.all(roots.map((root) => gitPlaces(root, real.of(place.home) ?? place.home, env)));
  // Not of a main folder in which the session works, too.
  const mainGuards = git.flatMap((one) => one.main).filter((path) => !roots.some((root) => isWithin(path, root)));
  const own = [...(needs?.write?.(place) ?? [])];
  const folders = needs?.folders?.(place) ?? [];
  for (const path of [...own, ...folders]) makeFolder(path);
  const worktrees = git.flatMap((one) => one.write);
  const projectGuards = request.allNeeds.flatMap((one) => one.projectGuards ?? []);
  const guarded = [...roots, ...real.existing(allowedWrite), ...real.existing(worktrees)].map((root) =>
    guardPlaces(root, isGitFolder(root) ? [] : projectGuards),
  );
  const homeGuards = request.allNeeds.flatMap((one) => one.guard?.(place) ?? []);
  const ownWritten = real.existing(own);
  // In a folder of its own, that is: elsewhere nothing can be made anyway.
  const missing = homeGuards.filter(
    (path) => real.of(path) === null && ownWritten.includes(real.of(dirname(path)) ?? ''),
  );
  const missingFolders = [...[...git, ...guarded].flatMap((one) => one.missingFolders), ...missing.filter(canBeHeld)];
  const policy = sandboxPolicy({
    system: real.existing([...system.read, ...home.read]),
    secrets: real.existing([...system.secrets, ...home.secrets]),
    allowedRead: real.existing(allowed.filter(({ access }) => access === 'read').map(({ path }) => path)),
    allowedWrite: real.existing(allowedWrite),
    sealed: [paths.dataDir, paths.configDir, paths.runtimeDir].map((path) => real.of(path) ?? path),
    ownRead: [
      ...real.existing([
        ...programs.flatMap(ownFolders),
        ...vendorFolders(place.command, real),
        paths.providersDir,
        request.bin,
      ]),
      ...real.existing([...folders, ...(needs?.read?.(place) ?? []), ...git.flatMap((one) => one.read)]),
    ],
    ownWrite: [...roots, ...real.existing([...worktrees, ...own, place.tmp, request.cache])],
    guards: [
      ...real.existing([...git.flatMap((one) => one.guard), ...guarded.flatMap((one) => one.guard)]),
      ...real.existing([...homeGuards, ...mainGuards]),
      ...missingFolders,
    ],
  });
  real.of(place.cwd); // the links on its way
  return {
    place,
    env,
    policy,
    links: real.links,
    pinned: pinned(policy),
    files: real.existing([request.agentSocket]),
    missingFolders,
    emptyFiles: needs?.emptyFiles?.(place) ?? [],
    roots,
    watch: [
      ...git.flatMap((one) => one.missingFiles),
      ...guarded.flatMap((one) => one.watch),
      ...missing.filter((path) => !canBeHeld(path)),
    ].filter((path) => ruleFor(policy, dirname(path)) === 'write'),
  };
}

/** The folders between a writable one and what is guarded or hidden in it: else they could be renamed with it and made anew. */
function pinned(policy: Policy): string[] {
  const found = new Set<string>();
  for (const [path, rule] of policy) {
    if (rule === 'write') continue;
    for (let at = dirname(path); !policy.has(at) && ruleFor(policy, at) === 'write'; at = dirname(at)) found.add(at);
  }
  return [...found].filter((path) => path !== '/' && !isWithin('/', path));
}

/** Something empty can take its place meanwhile. */
function canBeHeld(path: string): boolean {
  return isFolderName(basename(path)) || mayBeEmpty(basename(path));
}

function isGitFolder(path: string): boolean {
  return /\/\.git(\/|$)/.test(path);
}

/** Where it can't be made the provider's own words about it tell more than ours would. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch {
    // It exists as a file, or lies where the person may not write.
  }
}
