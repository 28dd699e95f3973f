import type { SessionEvent } from '@agor/protocol';
import { pathIn } from './touched-files.logic.ts';

/** As many as can be told apart in the narrowest box. */
const MAX_FILES = 14;
const MAX_TOOLS = 8;

export interface Edge {
  readonly tool: string;
  readonly path: string;
  /** How often. */
  readonly count: number;
}
export interface FileGraph {
  readonly tools: readonly string[];
  readonly files: readonly string[];
  readonly edges: readonly Edge[];
}

/** Which tools were used on which files, those used most; subagents' among them. */
export function fileGraph(events: readonly SessionEvent[]): FileGraph {
  const counts = new Map<string, Edge>();
  for (const event of events) {
    if (event.kind !== 'message' || event.message.type !== 'tool_call') continue;
    const { name: tool, input } = event.message.content;
    const path = pathIn(input);
    if (path === null) continue;
    const key = JSON.stringify([tool, path]);
    counts.set(key, { tool, path, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  const all = [...counts.values()];
  const tools = mostUsed(all, ({ tool }) => tool, MAX_TOOLS);
  const files = mostUsed(all, ({ path }) => path, MAX_FILES);
  return { tools, files, edges: all.filter(({ tool, path }) => tools.includes(tool) && files.includes(path)) };
}

function mostUsed(edges: readonly Edge[], of: (edge: Edge) => string, most: number): string[] {
  const sums = new Map<string, number>();
  for (const edge of edges) sums.set(of(edge), (sums.get(of(edge)) ?? 0) + edge.count);
  return [...sums]
    .sort(([a, m], [b, n]) => n - m || a.localeCompare(b))
    .slice(0, most)
    .map(([name]) => name);
}
