import {
  type GroupAgentConfig,
  type GroupConfig,
  type GroupsFile,
  type ProjectConfig,
  type Settings,
  type SettingsExport,
  SettingsFile,
  type SettingsImport,
  type SettingsImportChange,
} from '@agor/protocol';
import { Failure, rejected } from '../failure.ts';
import { findProject, type GroupsFileStore, jsonSyntaxProblem, parseGroups } from '../groups/index.ts';
import { restore } from '../kept-values/index.ts';
import { requireOverrides, type SettingsStore } from './settings-store.ts';
import { withoutSecrets, withSecretsOf } from './without-secrets.ts';

/** What the person set, and with `groups` theirs, without the values of variables and headers and what else looks like a secret. */
export function exportSettings(settings: SettingsStore, groups: GroupsFileStore | null): SettingsExport {
  const leftOut: string[] = [];
  const chosen = Object.entries(settings.chosen()).map(([key, value]) => [key, withoutSecrets(value, key, leftOut)]);
  const file: SettingsFile = { kind: 'agor settings', version: 1, settings: Object.fromEntries(chosen) };
  if (groups) file.groups = withoutSecrets(groups.current, 'groups', leftOut) as GroupsFile;
  if (leftOut.length > 0) file.leftOut = leftOut;
  return { file, leftOut };
}

/** What an import would change. Throws `Failure` REJECTED for a file that can't be taken, with the place. */
export function previewImport(settings: SettingsStore, groups: GroupsFileStore, text: string): SettingsImport {
  const { changes, missing } = plan(settings, groups.current, text);
  return { changes, missing };
}

/** Takes over what the file names, all or nothing; secrets that are here and not in the file stay. Throws as `previewImport` does. */
export function importSettings(settings: SettingsStore, groups: GroupsFileStore, text: string): SettingsImport {
  groups.refresh();
  const { values, file, changes, missing } = plan(settings, groups.current, text);
  settings.setAll(values, () => {
    if (file) groups.change(() => ({ file, result: undefined }));
  });
  return { changes, missing };
}

interface Plan extends SettingsImport {
  readonly values: Settings;
  /** Null: the groups stay as they are. */
  readonly file: GroupsFile | null;
}

function plan(settings: SettingsStore, current: GroupsFile, text: string): Plan {
  const read = readFile(text);
  const values: Record<string, unknown> = {};
  const changes: SettingsImportChange[] = [];
  const kept: string[] = [];
  for (const [key, given] of Object.entries(read.settings)) {
    const before = placed(`settings.${key}`, () => settings.get(key));
    const after = placed(`settings.${key}`, () => settings.check(key, withSecretsOf(before, restore(given, before))));
    withoutSecrets(after, key, kept);
    if (same(before, after)) continue;
    values[key] = after;
    changes.push({ place: key, ...difference(before, after) });
  }
  const taken = read.groups ? read.groups.groups.map((group) => takenGroup(current, group)) : null;
  withoutSecrets({ groups: taken }, 'groups', kept);
  const file = read.groups && taken ? merged(current, read.groups, taken) : null;
  if (file) changes.push(...groupChanges(current, file));
  const missing = (read.leftOut ?? []).filter((place) => !kept.includes(place));
  return { values, file: file && !same(file, current) ? file : null, changes, missing };
}

function readFile(text: string): SettingsFile {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw rejected(`The file is no JSON: ${jsonSyntaxProblem(text, error)}. Nothing was changed.`);
  }
  const read = SettingsFile.safeParse(raw);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue && issue.path.length > 0 ? `${issue.path.map(String).join('.')}: ` : '';
  throw rejected(`The file can't be taken: ${place}${issue?.message ?? 'it is not valid'}. Nothing was changed.`);
}

/** A group of the file with the secrets that are here; what the person accepted by its content is not accepted by a file. */
function takenGroup(current: GroupsFile, group: GroupConfig): GroupConfig {
  const { projects, agents, ...own } = group;
  const { projects: _, agents: known = [], ...mine } = current.groups.find(({ id }) => id === group.id) ?? {};
  const taken = placed(`groups: group ${group.name}`, () => withSecretsOf(mine, restore(own, mine)) as typeof own);
  return {
    ...taken,
    projects: projects.map((project) => takenProject(current, project)),
    ...(agents ? { agents: agents.map((agent) => takenAgent(known, agent)) } : {}),
  };
}

function takenAgent(known: readonly GroupAgentConfig[], agent: GroupAgentConfig): GroupAgentConfig {
  const mine = known.find(({ id }) => id === agent.id);
  return placed(`groups: agent ${agent.name}`, () => withSecretsOf(mine, restore(agent, mine)) as typeof agent);
}

function takenProject(current: GroupsFile, project: ProjectConfig): ProjectConfig {
  const mine = findProject(current, project.id)?.project;
  return placed(`groups: project ${project.name}`, () => {
    const { acceptedRepoSettings: _, ...rest } = withSecretsOf(mine, restore(project, mine)) as typeof project;
    requireOverrides(rest.providers ?? {});
    const { acceptedRepoSettings } = mine ?? {};
    return { ...rest, ...(acceptedRepoSettings === undefined ? {} : { acceptedRepoSettings }) };
  });
}

/** A group of the file takes the place of the one with its id. */
function merged(current: GroupsFile, given: GroupsFile, taken: readonly GroupConfig[]): GroupsFile {
  const mine = new Map(current.groups.map((group) => [group.id, group]));
  const replaced = new Map(taken.map((group) => [group.id, group]));
  const kept = current.groups.map((group) => replaced.get(group.id) ?? group);
  const groups = [...kept, ...taken.filter(({ id }) => !mine.has(id))];
  const file = { ...current, groups, activeGroupId: current.activeGroupId || given.activeGroupId };
  const checked = parseGroups(JSON.stringify(file));
  if (!checked.ok) throw rejected(`The groups of the file can't be taken: ${checked.error}. Nothing was changed.`);
  return checked.value;
}

function groupChanges(before: GroupsFile, after: GroupsFile): SettingsImportChange[] {
  const old = new Map(before.groups.map((group) => [group.id, group]));
  return after.groups.flatMap((group) => {
    const known = old.get(group.id);
    if (!known) {
      const names = [...(group.agents ?? []), ...group.projects].map(({ name }) => name);
      return [{ place: `group ${group.name}`, before: null, after: names.join(', ') || 'no projects' }];
    }
    const { projects: newProjects, agents: newAgents = [], ...own } = group;
    const { projects, agents = [], ...oldOwn } = known;
    return [
      ...fieldChanges(`group ${group.name}`, oldOwn, own),
      ...memberChanges(`group ${group.name}`, [...agents, ...projects], [...newAgents, ...newProjects]),
    ];
  });
}

type Member = { readonly id: string; readonly name: string };

function memberChanges(group: string, before: readonly Member[], after: readonly Member[]): SettingsImportChange[] {
  const gone = before.filter(({ id }) => !after.some((one) => one.id === id));
  return [
    ...gone.map(({ name }) => ({ place: `${group}: ${name}`, before: name, after: 'removed' })),
    ...after.flatMap((member) => {
      const known = before.find(({ id }) => id === member.id);
      if (!known) return [{ place: `${group}: ${member.name}`, before: null, after: 'added' }];
      return fieldChanges(`${group}: ${member.name}`, known, member);
    }),
  ];
}

function fieldChanges(place: string, before: object, after: object): SettingsImportChange[] {
  const old = before as Record<string, unknown>;
  const next = after as Record<string, unknown>;
  return [...new Set([...Object.keys(old), ...Object.keys(next)])]
    .filter((field) => !same(old[field], next[field]))
    .map((field) => ({ place: `${place}: ${field}`, ...difference(old[field], next[field]) }));
}

/** Says where in the file it is that something is wrong. */
function placed<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw rejected(`The file can't be taken, at ${place}: ${error.message} Nothing was changed.`);
  }
}

const MAX_SHOWN = 200;

/** Secrets are not shown, not even those that stay. */
function difference(before: unknown, after: unknown): { before: string | null; after: string } {
  return { before: before === undefined ? null : brief(before), after: after === undefined ? 'none' : brief(after) };
}
function brief(value: unknown): string {
  const text = JSON.stringify(withoutSecrets(value, '', []));
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a.localeCompare(b)))
      : inner,
  );
}
