import type { ProjectId } from '@agor/protocol';
import { z } from 'zod';

/** Open files that are found again, and projects of which they are. */
const MAX_KEPT_TABS = 30;
const MAX_KEPT_PROJECTS = 50;
const KEY = 'agor.files';

const KeptTabs = z.object({
  tabs: z.array(z.object({ path: z.string(), pinned: z.boolean() })),
  active: z.string().nullable(),
  hidden: z.boolean().default(false),
});
export type KeptTabs = z.infer<typeof KeptTabs>;
const Kept = z.record(z.string(), KeptTabs);

/** What was open in a project's Files tab at the last visit. */
export function readTabs(projectId: ProjectId): KeptTabs {
  return read()[projectId] ?? { tabs: [], active: null, hidden: false };
}

export function keepTabs(projectId: ProjectId, { tabs, active, hidden }: KeptTabs): void {
  const { [projectId]: _, ...others } = read();
  const kept = { tabs: tabs.slice(0, MAX_KEPT_TABS), active, hidden };
  const all = Object.fromEntries([...Object.entries(others), [projectId, kept] as const].slice(-MAX_KEPT_PROJECTS));
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // Storage is full or off: the next visit begins without open files.
  }
}

function read(): z.infer<typeof Kept> {
  try {
    const kept = Kept.safeParse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
    return kept.success ? kept.data : {};
  } catch {
    return {}; // no JSON, or storage is off
  }
}
