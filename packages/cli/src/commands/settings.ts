import { resolve } from 'node:path';
import { CommandId, newId, ProjectChanges, ProjectId } from '@agor/protocol';
import type { AgorPaths } from '@agor/runtime';
import { ensureHub } from '../ensure-hub.ts';
import { EXIT, Failure } from '../failure.ts';
import { jsonArgument } from '../json-argument.ts';
import { groupNamed, loadGroups } from '../load-groups.ts';
import { cleanLine } from '../render.ts';

/** `agor project add`: prints the new project's id. */
export async function projectAdd(
  paths: AgorPaths,
  dir: string,
  options: { group?: string; name?: string },
): Promise<void> {
  using hub = await ensureHub(paths);
  const groupId = options.group ? (await groupNamed(hub, options.group)).id : undefined;
  const cwd = resolve(dir);
  const { projectId } = await hub.client.groups.addProject({
    commandId: newId(CommandId),
    groupId,
    cwd,
    name: options.name,
  });
  process.stdout.write(`${projectId}\n`);
}

/** `agor project rm`: forgets a project; its folder stays as it is. */
export async function projectRemove(paths: AgorPaths, id: string): Promise<void> {
  using hub = await ensureHub(paths);
  await hub.client.groups.removeProject({ commandId: newId(CommandId), projectId: ProjectId.parse(id) });
}

/** `agor project set`: one of the choices of a project; null takes it back to its default. */
export async function projectSet(paths: AgorPaths, id: string, key: string, json: string): Promise<void> {
  const value = jsonArgument(json);
  if (!Object.hasOwn(ProjectChanges.shape, key)) {
    const known = Object.keys(ProjectChanges.shape).join(', ');
    throw new Failure(`A project decides nothing called ${JSON.stringify(key)}. There are: ${known}.`, EXIT.usage);
  }
  using hub = await ensureHub(paths);
  await hub.client.groups.updateProject({
    commandId: newId(CommandId),
    projectId: ProjectId.parse(id),
    changes: { [key]: value },
  });
}

/** `agor project ls`. */
export async function projectList(paths: AgorPaths, options: { json?: boolean }): Promise<void> {
  using hub = await ensureHub(paths);
  const { groups, problems } = await loadGroups(hub);
  // A list that could not be read must not look like one that is empty.
  const unread = problems.filter((problem) => problem.code === 'groups-file');
  for (const { message } of unread) process.stderr.write(`agor: ${cleanLine(message)}\n`);
  const projects = groups.groups.flatMap((group) =>
    group.projects.map((project) => ({ ...project, groupId: group.id, groupName: group.name })),
  );
  if (options.json) return void process.stdout.write(`${JSON.stringify(projects)}\n`);
  if (projects.length === 0 && unread.length === 0)
    process.stdout.write('No projects. Add one with: agor project add DIR\n');
  for (const p of projects) process.stdout.write(`${p.id}  ${cleanLine(`${p.groupName}/${p.name}  ${p.cwd}`)}\n`);
}
