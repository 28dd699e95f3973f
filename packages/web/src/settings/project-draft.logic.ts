import {
  type LevelledSetting,
  overrideFields,
  PortRange,
  type ProjectConfig,
  type ProviderOverrides,
  type SandboxPath,
} from '@agor/protocol';
import { type LimitDraft, limitDraft, readLimit } from '../budget/budget-words.logic.ts';
import { settingsOfLevel } from './setting-text.logic.ts';

/** What the project form edits; an empty text stands for "as set elsewhere". */
export interface ProjectDraft {
  name: string;
  description: string;
  icon: string;
  cwd: string;
  enabled: boolean;
  provider: string;
  model: string;
  profile: string;
  permissionMode: ProjectConfig['permissionMode'] | null;
  systemPrompt: string;
  /** What it decides over its group and the settings, by the names of groups.json. */
  overrides: Readonly<Record<string, unknown>>;
  /** Empty: as for every project. */
  budget: LimitDraft;
  sandboxEnabled: boolean;
  /** As written: `8080, 3000-3010`. */
  sandboxPorts: string;
  sandboxPaths: readonly SandboxPath[];
  providers: Readonly<Record<string, ProviderOverrides>>;
}

export function draftOf(of: ProjectConfig): ProjectDraft {
  const { name, description, icon, cwd, enabled, profile } = of;
  return {
    ...{ name, description, icon, cwd, enabled, profile },
    provider: of.provider ?? '',
    model: of.model ?? '',
    permissionMode: of.permissionMode ?? null,
    systemPrompt: of.systemPrompt ?? '',
    overrides: overridesOf('project', of),
    budget: limitDraft(of.budget),
    sandboxEnabled: of.sandboxEnabled ?? false,
    sandboxPorts: (of.sandboxPorts ?? []).join(', '),
    sandboxPaths: of.sandboxPaths ?? [],
    providers: of.providers ?? {},
  };
}

/** The settings that have a field of their own in the forms of projects and role agents. */
export const IN_THE_FORM: readonly LevelledSetting[] = ['default_provider', 'default_permission_mode'];

/** What a project or role agent decides over its group and the settings, but for what the form has a field for. */
export function overridesOf(
  level: 'project' | 'agent',
  of: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const names = settingsOfLevel(level).filter((name) => !IN_THE_FORM.includes(name));
  const fields = names.map((name) => overrideFields[name]).filter((field) => of[field] !== undefined);
  return Object.fromEntries(fields.map((field) => [field, of[field]]));
}

/** Only what differs; null takes a choice back. */
export function overrideChanges(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((key) => before[key] !== now[key]);
  return Object.fromEntries(fields.map((field) => [field, now[field] ?? null]));
}

/** With one choice made, or taken back. */
export function withChoice(
  of: Readonly<Record<string, unknown>>,
  field: string,
  value: unknown,
): Record<string, unknown> {
  const { [field]: _, ...others } = of;
  return value === undefined ? others : { ...others, [field]: value };
}

/** Fields that null takes away. */
const OPTIONAL = new Set<string>(['provider', 'model', 'permissionMode', 'systemPrompt']);

/** Only what the person changed; null takes an optional field away. */
export function changesOf(before: ProjectDraft, now: ProjectDraft): Record<string, unknown> {
  const changed = Object.entries(now).filter(
    ([key, value]) => JSON.stringify(before[key as keyof ProjectDraft]) !== JSON.stringify(value),
  );
  const { overrides: _, ...changes } = Object.fromEntries(
    changed.map(([key, value]) => [key, asChange(key, value)]),
  ) as Record<string, unknown>;
  return { ...changes, ...overrideChanges(before.overrides, now.overrides) };
}

function asChange(key: string, value: unknown): unknown {
  if (key === 'budget') {
    const read = readLimit(value as LimitDraft);
    return 'limit' in read ? read.limit : null;
  }
  if (key === 'sandboxPorts') return orNull(readPorts(String(value)));
  if (key === 'sandboxPaths') return orNull(value as SandboxPath[]);
  if (key === 'providers') {
    const named = Object.entries(value as ProjectDraft['providers']).filter(([, overrides]) => hasAny(overrides));
    return named.length > 0 ? Object.fromEntries(named) : null;
  }
  return OPTIONAL.has(key) && !value ? null : value;
}

const orNull = <T>(list: readonly T[]) => (list.length > 0 ? list : null);
const hasAny = (overrides: ProviderOverrides) => Object.values(overrides).some((value) => value !== undefined);

export function readPorts(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** What is wrong with the ports as written; null when nothing is. */
export function portsProblem(text: string): string | null {
  for (const port of readPorts(text)) {
    const read = PortRange.safeParse(port);
    if (!read.success) return `${port}: ${read.error.issues[0]?.message ?? 'not a port'}`;
  }
  return null;
}

/** An override with a change in it; what is undefined is left to the settings of all projects. */
export function withOverride(
  providers: ProjectDraft['providers'],
  family: string,
  change: Partial<ProviderOverrides>,
): Record<string, ProviderOverrides> {
  const entries = Object.entries({ ...providers[family], ...change }).filter(([, value]) => value !== undefined);
  return { ...providers, [family]: Object.fromEntries(entries) };
}
