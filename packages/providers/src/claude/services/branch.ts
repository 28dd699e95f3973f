import type { Entry } from './entries.ts';

/**
 * The entries that a resume of the conversation goes on from, in the order of the file. A transcript is a tree: who goes back to an earlier
 * prompt leaves a branch behind that the agent does not remember. The branch of the last entry counts; calls that were made at once stand
 * beside each other in it, and only one of them leads on.
 */
export function branchOf(entries: readonly Entry[]): Entry[] {
  const byId = new Map(entries.flatMap((entry) => (entry.uuid === undefined ? [] : [[entry.uuid, entry] as const])));
  const main = entries.filter((entry) => entry.uuid !== undefined && !entry.isSidechain);
  const kept = new Set<Entry>();
  for (let at = main.at(-1); at && !kept.has(at); at = byId.get(at.parentUuid ?? at.logicalParentUuid ?? ''))
    kept.add(at);

  const answers = new Set([...kept].flatMap((entry) => (entry.type === 'assistant' ? (entry.message?.id ?? []) : [])));
  for (const entry of main) if (entry.type === 'assistant' && answers.has(entry.message?.id ?? '')) kept.add(entry);
  const calls = new Set([...kept].flatMap((entry) => blockIds(entry, 'tool_use', 'id')));
  for (const entry of main)
    if (blockIds(entry, 'tool_result', 'tool_use_id').some((id) => calls.has(id))) kept.add(entry);
  return main.filter((entry) => kept.has(entry));
}

function blockIds(entry: Entry, type: string, field: string): string[] {
  const content = entry.message?.content;
  if (!Array.isArray(content)) return [];
  return content.flatMap((block) => (block.type === type && typeof block[field] === 'string' ? [block[field]] : []));
}
