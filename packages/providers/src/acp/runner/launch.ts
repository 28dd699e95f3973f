import { existsSync, statSync } from 'node:fs';
import type { ErrorClass, RunOptions } from '@agor/protocol';
import { systemClock } from '@agor/runtime';
import { within } from '../../runner/within.ts';
import { type AcpAgent, findAgent } from '../agents/index.ts';
import { AcpConfig, type AgentSettings, agentsOf } from '../settings.ts';
import { AgentProcess } from './agent-process.ts';
import { AcpConnection, type ConnectionHandlers } from './connection.ts';
import { InitializeAnswer } from './wire.ts';

/** How long an agent may take to answer the first request: seconds usually, more when it is read from a cold disk. */
const START_LIMIT_MS = 120_000;

export interface Launched {
  readonly process: AgentProcess;
  readonly connection: AcpConnection;
  readonly version: 1 | 2;
  readonly abilities: InitializeAnswer;
}

/** What is known of the agent that is to run. */
export interface Known {
  readonly name: string;
  readonly label: string;
  readonly agent: AcpAgent | undefined;
  readonly own: AgentSettings | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The agent could not be started; its class says why. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';

  constructor(
    message: string,
    readonly errorClass?: ErrorClass,
  ) {
    super(message);
  }
}

export function knownAgent({ variant, providerConfig }: RunOptions): Known {
  const agent = findAgent(variant);
  const name = variant ?? 'agent';
  return {
    name,
    agent,
    label: agent?.label ?? name,
    own: variant === undefined ? undefined : agentsOf(providerConfig)[variant],
    // The person's own values win.
    env: { ...agent?.env, ...process.env },
  };
}

/** Starts the agent and agrees on a version of the protocol with it. Throws `StartProblem`. */
export async function launch(known: Known, options: RunOptions, handlers: ConnectionHandlers): Promise<Launched> {
  const problem = startProblem(known, options);
  if (problem) throw problem;
  const config = AcpConfig.safeParse(options.providerConfig);
  const wanted = config.success && config.data.protocol === 2 ? 2 : 1;
  const first = await start(known, options, handlers, wanted);
  const told = first.abilities.protocolVersion;
  if (told === wanted) return { ...first, version: wanted };
  // The other version wants another greeting, and not every agent takes a second one.
  await first.process.end();
  if (told !== 1 && told !== 2)
    throw new StartProblem(`${known.label} speaks version ${told} of the Agent Client Protocol; agor speaks 1 and 2.`);
  const second = await start(known, options, handlers, told);
  if (second.abilities.protocolVersion === told) return { ...second, version: told };
  await second.process.end();
  throw new StartProblem(`${known.label} did not agree on a version of the Agent Client Protocol.`);
}

async function start(
  { label, env, agent }: Known,
  options: RunOptions,
  handlers: ConnectionHandlers,
  version: 1 | 2,
): Promise<Omit<Launched, 'version'>> {
  const port = agent?.ownPort && env[agent.ownPort.variable];
  const command = [...(options.command ?? []), ...(port ? [agent.ownPort.option, port] : [])];
  const process = new AgentProcess(command, { cwd: options.cwd, env });
  const connection = new AcpConnection(process, handlers);
  const answer = connection.request('initialize', greeting(version));
  try {
    if (
      !(await within(
        systemClock,
        START_LIMIT_MS,
        answer.then(() => {}),
      ))
    )
      throw new StartProblem(`${label} did not start within ${START_LIMIT_MS / 1000} s.`);
    const abilities = InitializeAnswer.safeParse(await answer);
    if (!abilities.success) throw new StartProblem(`${label} answered in a way that agor does not understand.`);
    return { process, connection, abilities: abilities.data };
  } catch (error) {
    // Why it ended says more than that it did.
    const ended = await within(
      systemClock,
      500,
      process.exited.then(() => {}),
    );
    const exit = ended ? await process.exited : null;
    await process.end();
    throw exit ? new StartProblem(endInWords(label, exit, process.lastWords())) : error;
  }
}

/** No file system and no terminal of ours: the agent's own tools work inside our sandbox. */
function greeting(version: 1 | 2): object {
  const info = { name: 'agor', title: 'agor', version: '0.1.0' };
  return version === 2
    ? { protocolVersion: 2, info, capabilities: {} }
    : {
        protocolVersion: 1,
        clientInfo: info,
        clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
      };
}

/** Why an agent is gone, with its last words. */
export function endInWords(
  label: string,
  { code, signal }: { code: number | null; signal: string | null },
  words: string,
): string {
  const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  return words === '' ? `${label} ${how} and said nothing.` : `${label} ${how}: ${words}`;
}

function startProblem({ name, label, agent }: Known, { cwd, command }: RunOptions): StartProblem | null {
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory())
    return new StartProblem(`The folder ${cwd} is missing.`, 'unknown');
  const program = command?.[0];
  const installable = agent && agent.cli.version !== '';
  const how = installable
    ? `Run \`agor providers install acp:${name}\`, or set providers.acp.config.agents.${name}.command.`
    : `Put it on PATH, or set providers.acp.config.agents.${name}.command.`;
  if (program === undefined) return new StartProblem(`${label} is not installed. ${how}`, 'not_installed');
  if (Bun.which(program) !== null) return null;
  const what = existsSync(program) ? `${program} is no program that may be run` : `there is no ${program}`;
  return new StartProblem(`${label} is not installed: ${what}. ${how}`, 'not_installed');
}
