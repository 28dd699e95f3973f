import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandId, newId, type ProjectChanges, type ProjectId } from '@agor/protocol';
import { messagesIn, World } from '../world/index.ts';

/** How a provider's agent is brought to run one shell command, and what else it needs. The suite is the same for all of them. */
export interface AgentUnderTest {
  readonly provider: string;
  /** The prompt upon which it runs exactly this command with its own tool for that. */
  readonly prompt: (command: string) => string;
  /** It keeps to itself what a command printed: the command writes it into a file. */
  readonly isMute?: boolean;
  /** For the environment of the hub: the model's stand-in, keys. */
  readonly env?: Record<string, string>;
  /** Settings of the provider, and of the project. */
  readonly project?: ProjectChanges;
}

export interface Ran {
  readonly sessionId: string;
  /** What the command printed, both streams. */
  readonly output: string;
}

/** A world with a confined project: a git repository in which the agent under test is let do whatever it likes. */
export class ConfinedAgent implements AsyncDisposable {
  readonly projectId: ProjectId;

  private constructor(
    readonly world: World,
    readonly cwd: string,
    projectId: ProjectId,
    private readonly agent: AgentUnderTest,
  ) {
    this.projectId = projectId;
  }

  static async start(
    agent: AgentUnderTest,
    prepare: (cwd: string, world: World) => void = () => {},
  ): Promise<ConfinedAgent> {
    const world = new World({ name: 'sandbox', env: { SSH_AUTH_SOCK: '/tmp/no-such-agent', ...agent.env } });
    const cwd = world.folder('project');
    git(cwd, 'init', '--quiet', '--initial-branch=main');
    git(cwd, 'config', 'user.name', 'Ann');
    git(cwd, 'config', 'user.email', 'ann@example.invalid');
    writeFileSync(join(cwd, 'README.md'), 'A project.\n');
    git(cwd, 'add', '--all');
    git(cwd, 'commit', '--quiet', '--message', 'First');
    prepare(cwd, world);
    await world.serve();
    return await ConfinedAgent.#add(world, cwd, agent);
  }

  /** The same agent in another project of the same world. It ends with that. */
  async another(cwd: string): Promise<ConfinedAgent> {
    return await ConfinedAgent.#add(this.world, cwd, this.agent);
  }

  static async #add(world: World, cwd: string, agent: AgentUnderTest): Promise<ConfinedAgent> {
    using connection = await world.connect();
    const { projectId } = await connection.client.groups.addProject({ commandId: newId(CommandId), cwd });
    const added = new ConfinedAgent(world, cwd, projectId, agent);
    await added.change({ permissionMode: 'bypassPermissions', ...agent.project });
    return added;
  }

  async change(changes: ProjectChanges): Promise<void> {
    using connection = await this.world.connect();
    await connection.client.groups.updateProject({ commandId: newId(CommandId), projectId: this.projectId, changes });
  }

  /** Has a command run by a new session's agent. */
  async run(command: string): Promise<Ran> {
    const { provider, prompt, isMute } = this.agent;
    const file = join(this.cwd, `.said-${crypto.randomUUID().slice(0, 8)}`);
    const words = prompt(isMute ? `( ${command} ) > ${file} 2>&1` : command);
    const args = ['run', '--provider', provider, '--project', this.projectId, '--json', words];
    const before = new Set((await this.world.sessions()).map((row) => row.sessionId));
    const { stdout, stderr } = await this.world.agor(...args);
    const results = messagesIn(stdout).flatMap((message) => (message.type === 'tool_result' ? [message.content] : []));
    const last = results.at(-1);
    if (!last) throw new Error(`the agent ran nothing: ${stdout}\n${stderr}`);
    const session = (await this.world.sessions()).find((row) => !before.has(row.sessionId));
    if (!session) throw new Error('there is no new session');
    const output = isMute && existsSync(file) ? readFileSync(file, 'utf8') : String(last.output);
    rmSync(file, { force: true });
    return { sessionId: session.sessionId, output };
  }

  /** Ends a session's process, as the person does. */
  async stop(sessionId: string): Promise<void> {
    await this.world.agor('stop', sessionId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
  }
}

export function git(cwd: string, ...args: string[]): string {
  const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };
  const { exitCode, stdout, stderr } = Bun.spawnSync(['git', ...args], { cwd, env });
  if (exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${stderr.toString()}`);
  return stdout.toString();
}
