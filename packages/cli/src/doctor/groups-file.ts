import { readFileSync } from 'node:fs';
import { GroupsFile } from '@agor/protocol';
import type { Finding } from './finding.ts';

const NAME = 'groups.json';

/** Whether the file of groups and projects can be read; without one there are none yet. */
export function groupsFile(path: string): Finding {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { name: NAME, state: 'good', detail: 'not there yet' };
    return { name: NAME, state: 'bad', detail: `cannot be read: ${(error as Error).message}` };
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (error) {
    return { name: NAME, state: 'bad', detail: `${path} is no JSON: ${(error as Error).message}` };
  }
  const parsed = GroupsFile.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue && issue.path.length > 0 ? `${issue.path.map(String).join('.')}: ` : '';
    return { name: NAME, state: 'bad', detail: `${path}: ${where}${issue?.message ?? 'not valid'}` };
  }
  const { groups } = parsed.data;
  const projects = groups.flatMap((group) => group.projects).length;
  return { name: NAME, state: 'good', detail: `${count(groups.length, 'group')}, ${count(projects, 'project')}` };
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
