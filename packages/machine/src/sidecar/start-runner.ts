import { statSync } from 'node:fs';
import { type ProviderId, providerVariant, type RunOptions, type SessionId, TEAM_SERVER } from '@agor/protocol';
import { err, ok, type Result } from '@agor/runtime';
import type { SessionTokens } from '../agent-socket/index.ts';
import {
  type DecidedProvider,
  type EnvironmentSource,
  MARK_VARIABLE,
  missingSecrets,
  SESSION_VARIABLE,
  settingsFor,
  type TeamTools,
  teamServer,
  withSecrets,
  withTeamCommands,
} from '../environment/index.ts';
import type { Confinement, Sandboxes } from '../sandbox/index.ts';
import type { StartOrder } from '../supervisor/index.ts';
import type { Worktrees } from '../worktrees/index.ts';
import type { CommandFailure } from './failure.ts';
import { type RunnerDeps, SessionRunner } from './session-runner.ts';

export interface StartDeps extends RunnerDeps {
  readonly environment: EnvironmentSource;
  readonly tokens: SessionTokens;
  readonly team: TeamTools;
  /** Where it is now. */
  readonly agentSocket: () => string;
  readonly sandboxes: Pick<Sandboxes, 'confine'>;
  readonly worktrees: Pick<Worktrees, 'prepare' | 'cancel'>;
  /** The data folder's mark, for every process of it. */
  readonly mark: string;
  /** The program of a provider's runner. Throws when there is none. */
  readonly runnerCommand: (provider: ProviderId) => readonly string[];
  /** The vendor's program for `RunOptions.command`; undefined when the provider needs none. Fails with words for the person. */
  readonly vendorCommand: (
    provider: ProviderId,
    decided: DecidedProvider,
    env: Readonly<Record<string, string>>,
  ) => Promise<Result<string[] | undefined, CommandFailure>>;
}

export interface StartRequest extends StartOrder {
  readonly sessionId: SessionId;
  /** Without a person's prompt or restart. */
  readonly background: boolean;
}

export type StartResult = Result<{ readonly runner: SessionRunner; readonly options: RunOptions }, CommandFailure>;

/**
 * A session's runner, ready to be written to: the one that lives, or a new one. `onStarted` is called as soon as there is a process.
 * A runner that does not get ready is ended, and the failure tells what it said last.
 */
export async function startRunner(
  deps: StartDeps,
  command: StartRequest,
  living: SessionRunner | undefined,
  onStarted: (runner: SessionRunner) => void,
): Promise<StartResult> {
  const { sessionId, provider, projectId, options, background } = command;
  const token = living ? null : deps.tokens.issue(sessionId);
  const given = deps.environment.forRunner(sessionId, provider, projectId, {
    [SESSION_VARIABLE]: sessionId,
    [MARK_VARIABLE]: deps.mark,
    AGOR_SOCKET: deps.agentSocket(),
    ...deps.team.env,
    ...(token === null ? {} : { AGOR_TOKEN: token }),
  });
  const env = withTeamCommands(deps.team, given);
  const started = await start();
  if (token !== null) {
    if (started.ok) void started.value.runner.ended.then(() => deps.tokens.revoke(token));
    else deps.tokens.revoke(token);
  }
  return started;

  async function start(): Promise<StartResult> {
    const { secrets } = deps.environment.current;
    const decided = settingsFor(deps.environment.current, provider, projectId);
    const { mcpServers, providerConfig } = options;
    const named = { env: decided.env, mcpServers, providerConfig };
    const [absent] = missingSecrets(decided.settings?.storedKeys ?? [], named, secrets);
    if (absent !== undefined && !living) return err(noSecret(absent));
    const vendor = await deps.vendorCommand(provider, decided, env);
    if (!vendor.ok) return vendor;
    const complete: RunOptions = {
      ...options,
      variant: providerVariant(provider) ?? undefined,
      command: vendor.value,
      // From here on they are in memory and in pipes only: what is written down has the references.
      providerConfig: withSecrets(providerConfig, secrets),
      mcpServers: {
        ...withSecrets(mcpServers, secrets),
        ...(options.team ? { [TEAM_SERVER]: teamServer(deps.team, env) } : {}),
      },
    };
    // Its worktree was made ready for it, and it works in the project's folder of it.
    const place = options.worktree && living ? { cwd: living.cwd } : {};
    if (living) return ok({ runner: living, options: { ...complete, ...place, confined: living.isConfined } });
    if (options.worktree === undefined) return startAt(complete);
    const worktree = await deps.worktrees.prepare(sessionId, { path: options.cwd, worktree: options.worktree });
    if (!worktree.ok) return err({ message: worktree.error, class: 'unknown' });
    using held = worktree.value;
    return await startAt({ ...complete, cwd: held.cwd });
  }

  async function startAt(complete: RunOptions): Promise<StartResult> {
    const missing = checkFolder(complete.cwd) ?? checkProfile(options.claudeConfigDir);
    if (missing) return err(missing);
    let confinement: Confinement | null = null;
    let runner: SessionRunner;
    try {
      const command = deps.runnerCommand(provider);
      const { definition } = settingsFor(deps.environment.current, provider, projectId);
      confinement = await deps.sandboxes.confine({ sessionId, provider: definition, options: complete, env, command });
      runner = new SessionRunner(deps, {
        sessionId,
        provider,
        command: confinement.command,
        cwd: complete.cwd,
        env: confinement.env,
        background,
        anchors: options.anchors,
        confinement,
      });
    } catch (error) {
      await confinement?.release();
      return err({ message: `The agent could not be started: ${(error as Error).message}`, class: 'unknown' });
    }
    onStarted(runner);
    const ready = await runner.ready;
    confinement.started();
    if (ready) {
      await deps.journal.committed(); // with its record: the next machine must know what this one started
      return ok({ runner, options: { ...complete, confined: confinement.confined } });
    }
    await runner.ended;
    return err({ message: notReady(runner), class: 'unknown' });
  }
}

function checkFolder(cwd: string): CommandFailure | null {
  const stat = statSync(cwd, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return null;
  const message = stat
    ? `${cwd} is not a folder. Choose the project's folder in the settings.`
    : `The folder ${cwd} does not exist. It may have been moved or deleted: choose the project's folder again in the settings.`;
  return { message, class: 'unknown' };
}

/** With a folder that is not there the vendor would quietly begin a new, signed-out one. */
function checkProfile(dir: string | undefined): CommandFailure | null {
  if (dir === undefined || statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return null;
  const message = `The Claude profile of this project is not there: ${dir} is no folder. Choose another profile, or "default", in the project's settings.`;
  return { message, class: 'auth' };
}

function noSecret(name: string): CommandFailure {
  const message = `This agent is to get the secret "${name}", which agor does not have now: it is not set, or the keyring is locked. See Settings › Secrets, or \`agor secrets list\`.`;
  return { message, class: 'auth' };
}

function notReady(runner: SessionRunner): string {
  const tail = runner.process.stderrTail();
  const said = tail === undefined ? 'It said nothing.' : `Its last words:\n${tail}`;
  return `The agent could not be started: ${runner.endReason ?? 'its runner ended before it was ready'}. ${said}`;
}
