import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Skill } from '@agor/protocol';
import type { ServicePlace } from '../../services.ts';
import { configDirOf } from './config-dir.ts';
import { inParallel } from './transcripts.ts';

const MAX_SKILLS = 500;
const MAX_SKILL_BYTES = 1024 * 1024;
const MAX_DESCRIPTION_CHARS = 120;
const SKILL_FILE = 'SKILL.md';

/**
 * The skills that a session in this place would have: the person's own, and the project's only once the person accepted the settings that
 * the repository brings. Until then the agent does not load those either, so they are not offered. Of two with one name the person's counts.
 */
export async function skillsOf(place: ServicePlace, signal: AbortSignal): Promise<Skill[]> {
  const found = (await Promise.all(skillFolders(place).map((folder) => skillsIn(folder, signal)))).flat();
  const named = new Map<string, Skill>();
  for (const skill of found) if (!named.has(skill.name)) named.set(skill.name, skill);
  return [...named.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** The text of one of them. Throws for any other file, also one that is reached by `..` or a link. */
export async function readSkill(place: ServicePlace, path: string, signal: AbortSignal): Promise<string> {
  const real = await realpath(path).catch(() => null); // told below, in the same words as a file that may not be read
  for (const folder of skillFolders(place)) {
    signal.throwIfAborted();
    const root = await realpath(folder).catch(() => null); // no such folder, no skill in it
    if (real === null || root === null || !real.startsWith(root + sep) || !real.endsWith('.md')) continue;
    const { size } = await stat(real);
    if (size > MAX_SKILL_BYTES) throw new Error(`The skill ${path} is larger than ${MAX_SKILL_BYTES / 1024} kB.`);
    return await readFile(real, 'utf8');
  }
  throw new Error(`Access denied: ${path} is no skill of this agent.`);
}

function skillFolders(place: ServicePlace): string[] {
  const own = join(configDirOf(place), 'skills');
  return place.cwd !== null && place.repoSettings ? [own, join(place.cwd, '.claude', 'skills')] : [own];
}

async function skillsIn(folder: string, signal: AbortSignal): Promise<Skill[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // no folder, no skills
  const names = entries.map(({ name }) => name).filter((name) => !name.startsWith('.'));
  const found = await inParallel(names.sort().slice(0, MAX_SKILLS), signal, async (name) => {
    const path = name.endsWith('.md') ? join(folder, name) : join(folder, name, SKILL_FILE);
    const size = (await stat(path).catch(() => null))?.size; // a folder without SKILL.md is no skill
    if (size === undefined || size > MAX_SKILL_BYTES) return null;
    const text = await readFile(path, 'utf8').catch(() => null); // not ours to read
    return text === null
      ? null
      : { name: name.replace(/\.md$/, ''), description: descriptionOf(text), sourcePath: path };
  });
  return found.filter((each) => each !== null);
}

/** The description that the skill gives of itself, else its first line that is no heading. */
function descriptionOf(text: string): string {
  const [, front = '', body = text] = /^---\r?\n([\s\S]*?)\r?\n---\r?\n?([\s\S]*)$/.exec(text) ?? [];
  const told = /^description:[ \t]*(.*(?:\r?\n[ \t]+.*)*)/m.exec(front)?.[1]?.replace(/^[>|][+-]?\s*/, '');
  const line = body.split('\n').find((each) => each.trim() !== '' && !each.startsWith('#'));
  const plain = (told?.trim() || line || '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(['"])(.*)\1$/, '$2');
  return plain.length > MAX_DESCRIPTION_CHARS ? `${plain.slice(0, MAX_DESCRIPTION_CHARS - 1)}…` : plain;
}
