import { closeSync, statSync } from 'node:fs';
import {
  type CheckResult,
  MAX_CHECK_TAIL_CHARS,
  type ProjectId,
  type ProviderId,
  RunOptions,
  SessionId,
} from '@agor/protocol';
import { type Clock, delay, endTree, processRef, TailRing } from '@agor/runtime';
import { type EnvironmentSource, MARK_VARIABLE, SESSION_VARIABLE, settingsFor } from '../environment/index.ts';
import { RequestFailed } from '../requests/index.ts';
import type { Confinement, Sandboxes } from '../sandbox/index.ts';
import { redactText } from '../sidecar/index.ts';

export interface CheckDeps {
  readonly environment: Pick<EnvironmentSource, 'current' | 'forAgent'>;
  readonly sandboxes: Pick<Sandboxes, 'confine'>;
  /** The data folder's mark, for every process of it. */
  readonly mark: string;
  readonly clock: Clock;
}

export interface CheckOrder {
  readonly command: string;
  readonly cwd: string;
  readonly provider: ProviderId;
  readonly projectId: ProjectId;
  readonly claudeConfigDir?: string | undefined;
  readonly sandbox?: RunOptions['sandbox'];
}

/** How the ids begin under which checks run; they are no sessions. */
const CHECK_PREFIX = 'check:';
export const isCheck = (id: string): boolean => id.startsWith(CHECK_PREFIX);
const TAIL_BYTES = 4 * MAX_CHECK_TAIL_CHARS;
/** How often what a command left is looked for while something holds its output open; one that hides cannot hold up the check. */
const MAX_SWEEPS = 5;
const SWEEP_MS = 200;

/**
 * Runs a command in a folder to its end, with what an agent of that project would have: its environment and its sandbox. When `signal`
 * aborts, or when it has ended, everything that it started is ended. Throws `RequestFailed` when it can't be started.
 */
export async function runCheck(deps: CheckDeps, order: CheckOrder, signal: AbortSignal): Promise<CheckResult> {
  const { environment, sandboxes, mark } = deps;
  const { command, cwd, provider, projectId, claudeConfigDir, sandbox } = order;
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory())
    throw new RequestFailed('notFound', `The folder ${cwd} does not exist.`);
  const id = SessionId.parse(`${CHECK_PREFIX}${crypto.randomUUID()}`);
  const { definition } = settingsFor(environment.current, provider, projectId);
  const env = { ...environment.forAgent(provider, projectId), [SESSION_VARIABLE]: id, [MARK_VARIABLE]: mark };
  const options = RunOptions.parse({ cwd, claudeConfigDir, sandbox });
  const confinement = await sandboxes.confine({
    sessionId: id,
    provider: definition,
    options,
    env,
    command: ['/bin/sh', '-c', command],
  });
  try {
    return await run(deps, confinement, { cwd, id, signal });
  } finally {
    await confinement.release();
  }
}

async function run(
  { clock }: CheckDeps,
  { command, env, descriptors, confined, members }: Confinement,
  { cwd, id, signal }: { readonly cwd: string; readonly id: string; readonly signal: AbortSignal },
): Promise<CheckResult> {
  const child = spawn(command, cwd, env, descriptors);
  const root = processRef(child.pid) ?? undefined;
  const tail = new TailRing(TAIL_BYTES);
  const said = Promise.all([keep(child.stdout, tail), keep(child.stderr, tail)]);
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([child.exited, aborted]);
  // What it left in the background would hold its output open, and would run on. A process that just becomes another one shows no mark.
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    await endTree({ root, mark: { name: SESSION_VARIABLE, value: id }, others: members, clock });
    if (await Promise.race([said.then(() => true), delay(clock, SWEEP_MS).then(() => false)])) break;
  }
  const isLate = signal.aborted;
  const code = isLate ? null : child.exitCode;
  const why = isLate ? 'it took too long' : code === null ? `ended by ${child.signalCode}` : `exit code ${code}`;
  return { code, why, tail: redactText(tail.text(), env).trim().slice(-MAX_CHECK_TAIL_CHARS), confined };
}

function spawn(
  command: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  descriptors: readonly number[],
): Bun.Subprocess<'ignore', 'pipe', 'pipe'> {
  try {
    return Bun.spawn([...command], {
      cwd,
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe', ...descriptors],
      detached: true,
    });
  } catch (error) {
    throw new RequestFailed('failed', `It could not be started: ${(error as Error).message}`);
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}

async function keep(stream: ReadableStream<Uint8Array>, tail: TailRing): Promise<void> {
  try {
    for await (const chunk of stream) tail.push(chunk);
  } catch {
    // The pipe broke: what was read until then is all there is.
  }
}
