import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { RunOptions, SandboxRequest, SandboxStatus, SessionId } from '@agor/protocol';
import { type ProviderDefinition, portOf, type SandboxPlace } from '@agor/providers';
import {
  type AgorPaths,
  type Clock,
  type Logger,
  probeSandbox,
  programCommand,
  type SandboxProbe,
} from '@agor/runtime';
import { sandboxRules, sandboxState } from '@agor/session';
import { bubblewrapArguments } from './bubblewrap.ts';
import type { Confinement, ConfineRequest } from './confinement.ts';
import { insideEnvironment, privateEnvironment } from './environment.ts';
import { makePlaceholder } from './guards.ts';
import { pathsByThemselves, pathsInsideMounts } from './landlock-paths.ts';
import { type SandboxRecord, SandboxRecords, stateOf } from './leftovers.ts';
import { namespaceMembers, openNamespaceFile } from './namespace.ts';
import { nestedRepositories } from './nested-repositories.ts';
import { descriptorOf, type LauncherOrders } from './orders.ts';
import { type FoundPlaces, findPlaces } from './places.ts';
import type { Planted } from './planted.ts';
import { pathsOf } from './policy.ts';
import { allowedPorts, portText } from './ports.ts';
import { releaseRecord, removeOldCaches } from './release.ts';
import { StartGate } from './start-gate.ts';

export interface SandboxDeps {
  readonly paths: AgorPaths;
  readonly log: Logger;
  readonly providers: readonly ProviderDefinition[];
  /** Where it is now. */
  readonly agentSocket: () => string;
  /** The folder of the commands that every agent has on its PATH. */
  readonly bin: string;
  readonly clock: Clock;
  readonly probe?: () => Promise<SandboxProbe>;
}

/** Short, for Unix sockets are made in there; outside of the data folder, which no agent may see. */
const TMP = '/tmp/agor-s-';

/** The sandboxes of this machine's runners. */
export class Sandboxes {
  readonly #deps: SandboxDeps;
  readonly #records: SandboxRecords;
  readonly #quarantine: string;
  readonly #caches: string;
  readonly #gate: StartGate;
  /** How many live runs need a placeholder. */
  readonly #placeholders = new Map<string, number>();

  constructor(deps: SandboxDeps) {
    this.#deps = deps;
    this.#gate = new StartGate(deps.clock);
    this.#records = new SandboxRecords(join(deps.paths.machineDir, 'sandbox'));
    this.#quarantine = join(deps.paths.dataDir, 'quarantine');
    this.#caches = join(deps.paths.dataDir, 'caches');
  }

  /** What would confine an agent here now. */
  async status(
    request: Omit<ConfineRequest, 'sessionId' | 'command'> & { readonly hasFolder: boolean },
  ): Promise<SandboxStatus> {
    const { sandbox } = request.options;
    if (!sandbox?.enabled) return switchedOff(sandbox);
    const probe = await this.#probe();
    if (!request.hasFolder) return this.#told(probe, sandbox, null, [], request.provider);
    const places = await this.#places(
      { ...request, command: [] },
      `${TMP}none`,
      this.#cacheOf(request.options, sandbox),
    );
    return this.#told(probe, sandbox, places, this.#ports(request, places), request.provider);
  }

  /**
   * Makes ready what the runner is to be started with. Rejects when something that can be had could not be made: then no runner
   * is to be started, for the person relies on it.
   */
  async confine(request: ConfineRequest): Promise<Confinement> {
    const { sandbox } = request.options;
    const free = (status: SandboxStatus): Confinement => ({
      status,
      confined: false,
      command: request.command,
      env: request.env,
      descriptors: [],
      started: () => {},
      members: () => [],
      release: async () => [],
    });
    if (!sandbox?.enabled) return free(switchedOff(sandbox));
    const probe = await this.#probe();
    const { landlockAbi, bubblewrap } = probe;
    if (landlockAbi === null && bubblewrap === null)
      return free(this.#told(probe, sandbox, null, [], request.provider));

    const started = await this.#gate.start();
    try {
      return await this.#confine(request, sandbox, probe, started);
    } catch (error) {
      started();
      throw error;
    }
  }

  async #confine(
    request: ConfineRequest,
    sandbox: SandboxRequest,
    probe: SandboxProbe,
    started: () => void,
  ): Promise<Confinement> {
    const { landlockAbi, bubblewrap } = probe;
    const base = mkdtempSync(TMP); // 0700
    const tmp = join(base, 's');
    const own = join(base, 't');
    for (const dir of [tmp, own]) mkdirSync(dir, { mode: 0o700 });
    const cache = this.#cacheOf(request.options, sandbox);
    mkdirSync(cache, { recursive: true, mode: 0o700 });
    const id = crypto.randomUUID();
    const places = await this.#places(request, tmp, cache);
    // For programs that insist on /tmp. With a project in /tmp what they write beside it would seem to be outside, and be lost.
    const isTaken = [...places.policy].some(
      ([path, rule]) => rule !== 'hide' && path.startsWith('/tmp/') && path !== tmp,
    );
    const sharedTmp = bubblewrap === null || isTaken ? null : own;
    // One that another run of ours made and still needs is there already: it must outlast this run, too.
    const held = [...this.#placeholders.keys()].filter((path) => places.policy.get(path) === 'read');
    const wanted = [...new Set([...places.missingFolders, ...held]), ...places.emptyFiles];
    const placeholders = bubblewrap === null ? [] : this.#hold(wanted);
    this.#records.add({
      id,
      sessionId: request.sessionId,
      tmp: base,
      placeholders,
      watch: places.watch.map((path) => ({ path, before: stateOf(path) })),
      repositories: places.roots.map((root) => ({ root, before: nestedRepositories(root) })),
    });
    const release = (): Promise<Planted[]> => {
      started();
      return this.#gate.clear(() => this.#release(id, placeholders));
    };
    try {
      const ports = this.#ports(request, places);
      const orders: LauncherOrders = {
        landlock:
          landlockAbi === null
            ? null
            : {
                abi: landlockAbi,
                paths:
                  bubblewrap === null
                    ? pathsByThemselves(places.policy)
                    : pathsInsideMounts(places.policy, sharedTmp !== null),
                ports,
              },
        command: [...request.command],
      };
      const launcher = (descriptor: number): string[] => [
        ...programCommand('confine', import.meta),
        String(descriptor),
      ];
      const program = this.#start(probe, orders, launcher, places, sharedTmp, base, request.options.cwd);
      return {
        ...program,
        status: this.#told(probe, sandbox, places, ports, request.provider),
        confined: true,
        env: places.env,
        started,
        members: () => namespaceMembers(base),
        release,
      };
    } catch (error) {
      await release();
      throw error;
    }
  }

  async #release(id: string, placeholders: readonly string[]): Promise<Planted[]> {
    const record = this.#records.list().find((one) => one.id === id);
    if (!record) return [];
    const unused = this.#letGo(placeholders);
    const planted = await releaseRecord({ ...record, placeholders: unused }, this.#quarantine, this.#deps.log);
    this.#records.remove(id);
    return planted;
  }

  /**
   * Puts in order what a machine before us left behind; its runners are gone by now. Tells what was found, per session. Never rejects.
   */
  async reconcile(): Promise<{ readonly sessionId: SessionId; readonly planted: Planted[] }[]> {
    const found: { sessionId: SessionId; planted: Planted[] }[] = [];
    for (const record of this.#recorded()) {
      const planted = await releaseRecord(record, this.#quarantine, this.#deps.log);
      this.#records.remove(record.id);
      if (planted.length > 0) found.push({ sessionId: record.sessionId, planted });
    }
    removeOldCaches(this.#caches);
    return found;
  }

  #recorded(): SandboxRecord[] {
    try {
      return this.#records.list();
    } catch (error) {
      this.#deps.log.error('what sandboxes left behind can not be read', { error });
      return [];
    }
  }

  #start(
    { bubblewrap }: SandboxProbe,
    orders: LauncherOrders,
    launcher: (descriptor: number) => string[],
    places: FoundPlaces,
    sharedTmp: string | null,
    scratch: string,
    cwd: string,
  ): Pick<Confinement, 'command' | 'descriptors'> {
    const written = descriptorOf(JSON.stringify(orders), scratch);
    if (bubblewrap === null) return { command: launcher(3), descriptors: [written] };
    const mounts = bubblewrapArguments({ ...places, sharedTmp, cwd });
    const args = descriptorOf(mounts.join('\0'), scratch);
    const command = [bubblewrap, '--args', '3', '--info-fd', '5', '--', ...launcher(4)];
    return { command, descriptors: [args, written, openNamespaceFile(scratch)] };
  }

  #probe(): Promise<SandboxProbe> {
    return (this.#deps.probe ?? probeSandbox)();
  }

  #places(request: Omit<ConfineRequest, 'sessionId'>, tmp: string, cache: string): Promise<FoundPlaces> {
    const { paths, providers, agentSocket, bin } = this.#deps;
    const home = request.env.HOME || homedir();
    const { provider, options } = request;
    const inside = insideEnvironment(request.env);
    const env = { ...inside, ...privateEnvironment(inside, { tmp, cache, home }, existsSync) };
    const place: SandboxPlace = {
      home,
      env,
      cwd: options.cwd,
      tmp,
      config: options.providerConfig,
      variant: options.variant ?? null,
      command: options.command ?? [],
      claudeConfigDir: options.claudeConfigDir ?? null,
    };
    return findPlaces({
      place,
      needs: provider?.sandbox,
      allNeeds: providers
        .flatMap((family) => [family, ...(family.variants?.(undefined) ?? [])])
        .flatMap((one) => (one.sandbox ? [one.sandbox] : [])),
      sandbox: options.sandbox,
      additional: options.additionalDirectories,
      programs: [programCommand('confine', import.meta), request.command],
      paths,
      agentSocket: agentSocket(),
      bin,
      cache,
    });
  }

  #ports({ options, provider }: Pick<ConfineRequest, 'options' | 'provider'>, places: FoundPlaces): [number, number][] {
    const own = provider?.sandbox?.ports?.(places.place) ?? [443];
    const servers = Object.values(options.mcpServers).map((server) => ('url' in server ? portOf(server.url) : null));
    return allowedPorts([...own, ...servers.filter((port) => port !== null)], options.sandbox?.ports ?? [], places.env);
  }

  #cacheOf(options: RunOptions, sandbox: SandboxRequest): string {
    const key = createHash('sha256')
      .update(sandbox.root ?? options.cwd)
      .digest('hex')
      .slice(0, 16);
    return join(this.#caches, key);
  }

  #hold(folders: readonly string[]): string[] {
    return folders.filter((folder) => {
      const users = this.#placeholders.get(folder) ?? 0;
      if (users === 0 && !makePlaceholder(folder)) return false;
      this.#placeholders.set(folder, users + 1);
      return true;
    });
  }

  /** Those that no other run needs any more. */
  #letGo(folders: readonly string[]): string[] {
    return folders.filter((folder) => {
      const users = (this.#placeholders.get(folder) ?? 1) - 1;
      if (users > 0) this.#placeholders.set(folder, users);
      else this.#placeholders.delete(folder);
      return users <= 0;
    });
  }

  #told(
    probe: SandboxProbe,
    asked: SandboxRequest,
    places: FoundPlaces | null,
    ports: readonly [number, number][],
    provider?: ProviderDefinition,
  ): SandboxStatus {
    const layers = { ...probe, bubblewrap: probe.bubblewrap !== null };
    const rules = sandboxRules(layers);
    return {
      state: sandboxState(rules, provider?.sandbox?.vendor !== undefined),
      landlockAbi: probe.landlockAbi,
      bubblewrap: layers.bubblewrap,
      rules,
      write: places === null ? [] : pathsOf(places.policy, 'write'),
      read: places === null ? [] : pathsOf(places.policy, 'read'),
      ports: ports.map(portText),
      asked,
    };
  }
}

/** Nobody asked for one: nothing is looked at either. */
function switchedOff(asked: SandboxRequest | undefined): SandboxStatus {
  const nothing = { rules: [], write: [], read: [], ports: [] };
  return { state: 'off', landlockAbi: null, bubblewrap: false, ...nothing, ...(asked ? { asked } : {}) };
}
