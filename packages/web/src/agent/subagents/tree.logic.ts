import type { SubagentState } from '@agor/protocol';

/** In px, as spec §10.7 has them. */
export const NODE_WIDTH = 100;
export const NODE_HEIGHT = 40;
const GAP_X = 28;
const GAP_Y = 8;
const EDGE = 4;
/** Of a child to its parent, where each has a row of its own. */
const INDENT = 22;

export interface TreeNode {
  /** Null: the session's agent itself. */
  readonly id: string | null;
  readonly subagent: SubagentState | null;
  readonly parent: SubagentState | null;
  readonly depth: number;
  readonly x: number;
  readonly y: number;
}

export interface Tree {
  readonly nodes: readonly TreeNode[];
  readonly edges: readonly { readonly from: TreeNode; readonly to: TreeNode }[];
  readonly width: number;
  readonly height: number;
  /** Subagents beyond the bound, the oldest ones. */
  readonly left: number;
}

/**
 * Who started whom, from left to right: the session's agent, its subagents, theirs. A parent stands in the middle of its children. Who
 * was started by somebody unknown hangs at the agent. `indented`: one below the other, for a narrow place.
 */
export function layTree(subagents: readonly SubagentState[], most: number, indented = false): Tree {
  const drawn = subagents.slice(-most);
  const byId = new Map(drawn.map((one) => [one.toolUseId, one]));
  const parents = new Map(drawn.map((one) => [one, parentOf(one, byId)]));
  const nodes: TreeNode[] = [];
  const edges: Tree['edges'][number][] = [];
  let row = 0;
  function place(subagent: SubagentState | null, depth: number): TreeNode {
    const own = indented ? row++ : 0;
    const children = drawn.filter((one) => parents.get(one) === subagent).map((one) => place(one, depth + 1));
    const [first, last] = [children[0], children.at(-1)];
    const inMiddle = !indented && first && last;
    const y = inMiddle ? (first.y + last.y) / 2 : EDGE + (indented ? own : row++) * (NODE_HEIGHT + GAP_Y);
    const parent = subagent && (parents.get(subagent) ?? null);
    const x = EDGE + depth * (indented ? INDENT : NODE_WIDTH + GAP_X);
    const node = { id: subagent?.toolUseId ?? null, subagent, parent, depth, x, y };
    nodes.push(node);
    for (const to of children) edges.push({ from: node, to });
    return node;
  }
  place(null, 0);
  nodes.sort((a, b) => a.depth - b.depth || a.y - b.y);
  return {
    nodes,
    edges,
    width: Math.max(...nodes.map(({ x }) => x)) + NODE_WIDTH + EDGE,
    height: Math.max(...nodes.map(({ y }) => y)) + NODE_HEIGHT + EDGE,
    left: subagents.length - drawn.length,
  };
}

/** Null where it is the agent, or where going up never comes to it. */
function parentOf(subagent: SubagentState, byId: ReadonlyMap<string, SubagentState>): SubagentState | null {
  const seen = new Set<SubagentState>();
  for (let one: SubagentState | undefined = subagent; one; one = byId.get(one.parentId ?? '')) {
    if (seen.has(one)) return null;
    seen.add(one);
  }
  return byId.get(subagent.parentId ?? '') ?? null;
}
