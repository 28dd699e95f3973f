import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { TEST_LIMIT_MS, type TestOutcome } from '@agor/protocol';
import { type Clock, delay, endTree, processRef, TailRing } from '@agor/runtime';
import { type EnvironmentSource, MARK_VARIABLE, SESSION_VARIABLE } from '../environment/index.ts';
import { RequestFailed } from '../requests/index.ts';
import { junitFiles } from './junit-files.ts';
import { OutputSender } from './output-sender.ts';
import { parseTests } from './parsers/index.ts';

export interface TestRunDeps {
  readonly environment: Pick<EnvironmentSource, 'current'>;
  /** The data folder's mark, for every process of it. */
  readonly mark: string;
  readonly clock: Clock;
}

export interface TestOrder {
  readonly command: string;
  readonly root: string;
  /** Only tests of agor are in a hurry. */
  readonly limitMs?: number | undefined;
}

/** What is parsed of the output: its end. */
const TAIL_BYTES = 2 * 1024 * 1024;
/** How often what a command left is looked for while something holds its output open. */
const MAX_SWEEPS = 5;
const SWEEP_MS = 200;
/** What a terminal says of itself, and of the agent that agor may have been started by. */
const NOT_PASSED =
  /^(?:AGOR_(?!PROVIDERS_DIR$).*|TERM|TERM_PROGRAM.*|COLUMNS|LINES|TMUX.*|STY|WINDOWID|VTE_VERSION|OLDPWD|PWD|SHLVL|_)$/;
const FALLBACK_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Runs a project's test command in its folder, as the person would in a terminal: with the person's environment, and outside of any sandbox.
 * What it says goes to `onOutput` as it comes. When `signal` aborts, and when it has ended, everything that it started is ended. Throws
 * `RequestFailed` when it can't be started.
 */
export async function runTests(
  { environment, mark, clock }: TestRunDeps,
  { command, root, limitMs = TEST_LIMIT_MS }: TestOrder,
  signal: AbortSignal,
  onOutput: (text: string) => void,
): Promise<TestOutcome> {
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
    throw new RequestFailed('notFound', `The folder ${root} does not exist.`);
  const id = `test:${crypto.randomUUID()}`;
  const startedAt = Date.now(); // files are compared with it, so it is the system's time
  const env = { ...testEnvironment(environment.current.base), [SESSION_VARIABLE]: id, [MARK_VARIABLE]: mark };
  const child = spawn(command, root, env);
  const processOf = processRef(child.pid) ?? undefined;
  const tail = new TailRing(TAIL_BYTES);
  using sender = new OutputSender(clock, onOutput);
  const said = Promise.all([child.stdout, child.stderr].map((stream) => read(stream, tail, sender)));
  let isLate = false;
  const stopped = Promise.withResolvers<void>();
  const timer = clock.setTimeout(() => {
    isLate = true;
    stopped.resolve();
  }, limitMs);
  if (signal.aborted) stopped.resolve();
  signal.addEventListener('abort', () => stopped.resolve(), { once: true });
  await Promise.race([child.exited, stopped.promise]);
  timer.cancel();
  const hasExited = !isLate && !signal.aborted;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    await endTree({ root: processOf, mark: { name: SESSION_VARIABLE, value: id }, clock });
    if (await Promise.race([said.then(() => true), delay(clock, SWEEP_MS).then(() => false)])) break;
  }
  const code = hasExited ? child.exitCode : null;
  const report = parseTests(tail.text(), await junitFiles(root, startedAt));
  return { end: isLate ? 'timedOut' : hasExited ? 'exited' : 'cancelled', code, why: why(), report };

  function why(): string {
    if (isLate) return `it took longer than ${Math.round(limitMs / 60_000)} minutes and was ended`;
    if (!hasExited) return 'it was ended before it was done';
    return code === null ? `ended by ${child.signalCode}` : `exit code ${code}`;
  }
}

/** As a terminal has it, but for what only a terminal can do; colours are asked for, for they are shown. */
function testEnvironment(base: Readonly<Record<string, string>>): Record<string, string> {
  const passed = Object.fromEntries(Object.entries(base).filter(([name]) => !NOT_PASSED.test(name)));
  return {
    HOME: homedir(),
    PATH: FALLBACK_PATH,
    ...(passed.NO_COLOR === undefined ? { FORCE_COLOR: '1', CLICOLOR_FORCE: '1', PY_COLORS: '1' } : {}),
    ...passed,
  };
}

function spawn(command: string, cwd: string, env: Record<string, string>) {
  try {
    return Bun.spawn(['/bin/sh', '-c', command], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  } catch (error) {
    throw new RequestFailed('failed', `It could not be started: ${(error as Error).message}`);
  }
}

async function read(stream: ReadableStream<Uint8Array>, tail: TailRing, sender: OutputSender): Promise<void> {
  const decoder = new TextDecoder();
  try {
    for await (const chunk of stream) {
      tail.push(chunk);
      sender.push(decoder.decode(chunk, { stream: true }));
    }
  } catch {
    // The pipe broke: what was read until then is all there is.
  }
}
