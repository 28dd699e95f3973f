import type { GroupConfig, GroupsFile, Problem } from '@agor/protocol';
import type { Connection } from './connect.ts';
import { Failure } from './failure.ts';

/** The groups as the overview's first frame brings them, and what is wrong just now. */
export async function loadGroups(hub: Connection): Promise<{ groups: GroupsFile; problems: Problem[] }> {
  for await (const frame of await hub.client.events.watch({})) {
    if (frame.kind === 'snapshot') return frame;
  }
  throw new Failure('The hub ended before it answered.');
}

/** The group of that id or name. Throws `Failure` that names those that there are. */
export async function groupNamed(hub: Connection, name: string): Promise<GroupConfig> {
  const { groups } = (await loadGroups(hub)).groups;
  const found = groups.find((g) => g.id === name) ?? groups.find((g) => g.name === name);
  if (found) return found;
  const names = groups.map((g) => JSON.stringify(g.name)).join(', ');
  throw new Failure(`There is no group ${JSON.stringify(name)}${names ? `; there are ${names}` : ''}.`);
}
