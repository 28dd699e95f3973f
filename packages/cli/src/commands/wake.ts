import { CommandId, newId, type ProjectId, TaskStatus, WakeCondition, type WakeTrigger } from '@agor/protocol';
import type { AgorPaths } from '@agor/runtime';
import type { Connection } from '../connect.ts';
import { ensureHub } from '../ensure-hub.ts';
import { EXIT, Failure } from '../failure.ts';
import { loadGroups } from '../load-groups.ts';
import { cleanLine } from '../render.ts';

/** `agor wake list`: when agents are woken, and whom Stop All holds. */
export async function wakeList(
  paths: AgorPaths,
  agent: string | undefined,
  options: { json?: boolean },
): Promise<void> {
  using hub = await ensureHub(paths);
  const agents = await agentsOf(hub);
  const agentId = agent === undefined ? undefined : agentNamed(agents, agent);
  const standing = await hub.client.wake.list(agentId === undefined ? {} : { agentId });
  if (options.json) return void process.stdout.write(`${JSON.stringify(standing)}\n`);
  const nameOf = (id: string): string => agents.find((one) => one.id === id)?.name ?? id;
  for (const id of standing.stopped)
    process.stdout.write(
      `${cleanLine(`${nameOf(id)} is held by Stop All: nothing wakes it`)}  (agor wake resume ${id})\n`,
    );
  if (standing.triggers.length === 0 && standing.stopped.length === 0)
    process.stdout.write('No wakes. Add one: agor wake add AGENT --cron "0 9 * * 1-5" --prompt "…"\n');
  for (const trigger of standing.triggers) process.stdout.write(`${lineOf(trigger, nameOf(trigger.agentId))}\n`);
}

export interface WakeAddOptions {
  readonly cron?: string;
  readonly timeZone?: string;
  readonly task?: string;
  readonly status?: string;
  readonly file?: string;
  readonly check?: string;
  readonly every?: string;
  readonly prompt?: string;
  readonly once?: boolean;
  readonly json?: boolean;
}

/** `agor wake add`: prints the new wake's id. */
export async function wakeAdd(paths: AgorPaths, agent: string, options: WakeAddOptions): Promise<void> {
  const condition = conditionOf(options);
  using hub = await ensureHub(paths);
  const added = await hub.client.wake.add({
    commandId: newId(CommandId),
    agentId: agentNamed(await agentsOf(hub), agent),
    condition,
    prompt: options.prompt ?? '',
    once: options.once ?? false,
    enabled: true,
    by: 'cli',
  });
  process.stdout.write(options.json ? `${JSON.stringify(added)}\n` : `${added.id}\n`);
}

/** `agor wake enable` and `disable`. */
export async function wakeEnable(paths: AgorPaths, id: string, enabled: boolean): Promise<void> {
  using hub = await ensureHub(paths);
  await hub.client.wake.update({ commandId: newId(CommandId), triggerId: id, changes: { enabled } });
}

/** `agor wake remove`. */
export async function wakeRemove(paths: AgorPaths, id: string): Promise<void> {
  using hub = await ensureHub(paths);
  await hub.client.wake.remove({ commandId: newId(CommandId), triggerId: id });
}

/** `agor wake resume`: lets an agent that Stop All holds go on, or all of them. */
export async function wakeResume(paths: AgorPaths, agent: string | undefined): Promise<void> {
  using hub = await ensureHub(paths);
  const commandId = newId(CommandId);
  if (agent === undefined) await hub.client.wake.resumeAll({ commandId });
  else await hub.client.wake.resume({ commandId, agentId: agentNamed(await agentsOf(hub), agent) });
}

function conditionOf({ cron, timeZone, task, status, file, check, every }: WakeAddOptions): WakeCondition {
  const given = [cron, task, file, check].filter((one) => one !== undefined);
  if (given.length !== 1) throw new Failure('Say when, with one of: --cron, --task, --file, --check.', EXIT.usage);
  const parsed = WakeCondition.safeParse(
    cron !== undefined
      ? { kind: 'cron', expression: cron, timeZone }
      : task !== undefined
        ? { kind: 'task', taskId: task, status }
        : file !== undefined
          ? { kind: 'file', pattern: file }
          : { kind: 'check', command: check, ...(every === undefined ? {} : { everyMin: Number(every) }) },
  );
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const hint = issue?.path[0] === 'status' ? ` (one of ${TaskStatus.options.join(', ')})` : '';
  throw new Failure(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}${hint}`, EXIT.usage);
}

interface Named {
  readonly id: ProjectId;
  readonly name: string;
}

async function agentsOf(hub: Connection): Promise<Named[]> {
  const { groups } = (await loadGroups(hub)).groups;
  return groups.flatMap((group) => [...(group.agents ?? []), ...group.projects]);
}

/** By id or name, of a project or a role agent. */
function agentNamed(agents: readonly Named[], name: string): ProjectId {
  const found = agents.filter((one) => one.id === name);
  const named = found.length > 0 ? found : agents.filter((one) => one.name === name);
  const [first, second] = named;
  if (!first)
    throw new Failure(`There is no project or role agent ${JSON.stringify(name)}. See: agor project ls, agor agent ls`);
  if (second) throw new Failure(`More than one agent is called ${JSON.stringify(name)}; give its id.`, EXIT.usage);
  return first.id;
}

function lineOf(
  { id, condition, enabled, once, nextAt, lastFiredAt, check, problem }: WakeTrigger,
  agent: string,
): string {
  const when = (at: number): string => new Date(at).toLocaleString();
  const facts = [
    whenOf(condition),
    ...(once ? ['once'] : []),
    ...(enabled ? [] : ['switched off']),
    ...(nextAt === null ? [] : [`next ${when(nextAt)}`]),
    ...(check === null
      ? []
      : [`${check.ok ? 'succeeded' : 'FAILED'} ${when(check.at)}${check.confined ? '' : ', without a sandbox'}`]),
    ...(lastFiredAt === null ? [] : [`woke it ${when(lastFiredAt)}`]),
    ...(problem === null ? [] : [`PROBLEM: ${problem}`]),
  ];
  return `${id.slice(0, 8)}  ${cleanLine(`${agent}  ${facts.join('  ')}`)}`;
}

function whenOf(condition: WakeCondition): string {
  switch (condition.kind) {
    case 'cron':
      return `cron ${condition.expression}${condition.timeZone === undefined ? '' : ` (${condition.timeZone})`}`;
    case 'task':
      return `task ${condition.taskId.slice(0, 8)} is ${condition.status}`;
    case 'file':
      return `${condition.pattern} changed`;
    case 'check':
      return `\`${condition.command}\` fails, every ${condition.everyMin} min`;
  }
}
