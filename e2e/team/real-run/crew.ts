import { execFileSync } from 'node:child_process';
import { CommandId, GroupAgentChanges, newId, ProjectChanges, ProviderId, TeamRole } from '@agor/protocol';
import { startAnthropic } from '../../standins/anthropic.ts';
import { text } from '../../standins/anthropic-script.ts';
import { claudeCli } from '../../standins/claude-cli.ts';
import { configFor } from '../../standins/codex-home.ts';
import { startOllama } from '../../standins/ollama.ts';
import { startResponses } from '../../standins/responses.ts';
import { vendorCli } from '../../standins/vendor-cli.ts';
import { claudeEnv, World } from '../../world/index.ts';
import { chief } from './chief.ts';
import { systemText } from './conversation.ts';
import { judge } from './judge.ts';
import { Operator } from './operator.ts';
import { codexWorker, localWorker } from './workers.ts';

/** The stand-ins of the vendors' models; the vendors' programs are the real ones. */
export interface Models extends AsyncDisposable {
  readonly env: Record<string, string>;
  readonly codexConfig: Record<string, unknown>;
}

export async function startModels(): Promise<Models> {
  await Promise.all([claudeCli(), vendorCli('codex')]);
  const anthropic = startAnthropic({
    script: ({ request }) => {
      const system = systemText(request);
      if (system.includes('You are Chief')) return chief(request);
      if (system.includes('You are Judge')) return judge(request);
      return [text('A side question of the program.')];
    },
  });
  const responses = startResponses({ script: codexWorker });
  const ollama = startOllama({ scenarios: localWorker });
  return {
    env: { ...claudeEnv(anthropic.url), OLLAMA_HOST: ollama.url },
    codexConfig: configFor(responses.url),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([anthropic.close(), responses.close(), ollama.close()]);
    },
  };
}

/** A group with a manager, a reviewer and two workers of other providers, made as a person makes it: each in its sandbox. */
export class Crew implements AsyncDisposable {
  private constructor(
    readonly world: World,
    readonly operator: Operator,
    readonly group: string,
    /** From the name to the id under which messages and sessions know it. */
    readonly ids: Readonly<Record<'chief' | 'judge' | 'api' | 'web', string>>,
  ) {}

  static async start(models: Models): Promise<Crew> {
    const world = new World({ name: 'real-run', env: models.env });
    await world.serve();
    const operator = await Operator.watching(await world.connect());
    const { groups } = operator.client;
    const commandId = () => newId(CommandId);
    const { groupId } = await groups.addGroup({ commandId: commandId(), name: 'Shop' });
    const project = async (name: string, provider: string, changes: object) => {
      const cwd = world.folder(`crew/${name}`);
      execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd });
      const made = { commandId: commandId(), groupId, cwd, name, provider: ProviderId.parse(provider) };
      const { projectId } = await groups.addProject(made);
      await groups.updateProject({ commandId: commandId(), projectId, changes: ProjectChanges.parse(changes) });
      return projectId;
    };
    const agent = async (name: string, role: string, changes: object) => {
      const given = GroupAgentChanges.parse({ provider: 'claude', ...changes });
      const made = { commandId: commandId(), groupId, name, role: TeamRole.parse(role), changes: given };
      return (await groups.addAgent(made)).agentId;
    };
    const codex = { config: models.codexConfig, env: { STANDIN_KEY: 'sk-dummy-key-of-a-test' } };
    const ids = {
      api: await project('api', 'codex', { permissionMode: 'bypassPermissions', providers: { codex } }),
      web: await project('web', 'ollama', { permissionMode: 'acceptEdits' }),
      // The tools of the team ask nobody, so a manager needs no more than the default.
      chief: await agent('Chief', 'manager', { permissionMode: 'default' }),
      judge: await agent('Judge', 'reviewer', { permissionMode: 'bypassPermissions' }),
    };
    return new Crew(world, operator, groupId, ids);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.operator[Symbol.dispose]();
    await this.world[Symbol.asyncDispose]();
  }
}
