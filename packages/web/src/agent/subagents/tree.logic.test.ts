import type { SubagentState } from '@agor/protocol';
import { expect, test } from 'vitest';
import { layTree, NODE_HEIGHT, NODE_WIDTH } from './tree.logic.ts';

const one = (toolUseId: string, parentId?: string): SubagentState => ({
  toolUseId,
  description: toolUseId,
  background: false,
  state: 'running',
  startedAt: Number(toolUseId.replace(/\D/g, '')) || 0,
  ...(parentId === undefined ? {} : { parentId }),
});
const at = (tree: ReturnType<typeof layTree>, id: string | null) => tree.nodes.find((node) => node.id === id);

test('who started whom is an edge; children stand right of their parent, which stands in their middle', () => {
  const tree = layTree([one('a1'), one('b2'), one('c3', 'a1'), one('d4', 'a1')], 200);
  const depths = tree.nodes.map(({ id, depth }) => [id, depth]);
  expect(Object.fromEntries(depths)).toEqual({ null: 0, a1: 1, c3: 2, d4: 2, b2: 1 });
  expect(tree.edges.map(({ from, to }) => `${from.id}>${to.id}`).toSorted()).toEqual([
    'a1>c3',
    'a1>d4',
    'null>a1',
    'null>b2',
  ]);
  const [a, c, d] = ['a1', 'c3', 'd4'].map((id) => at(tree, id)?.y ?? Number.NaN);
  expect(a).toBe(((c as number) + (d as number)) / 2);
});

test('no two nodes cover each other, and all are within the drawing', () => {
  const agents = Array.from({ length: 60 }, (_, i) => one(`s${i}`, i % 7 === 0 ? undefined : `s${Math.floor(i / 3)}`));
  const { nodes, width, height } = layTree(agents, 200);
  expect(nodes).toHaveLength(61);
  for (const node of nodes) {
    expect(node.x >= 0 && node.y >= 0 && node.x + NODE_WIDTH <= width && node.y + NODE_HEIGHT <= height).toBe(true);
    for (const other of nodes)
      if (other !== node && other.x === node.x) expect(Math.abs(other.y - node.y)).toBeGreaterThanOrEqual(NODE_HEIGHT);
  }
});

test('in a narrow place each has a row of its own, its children below it and further in', () => {
  const { nodes, edges, width } = layTree([one('a1'), one('b2'), one('c3', 'a1')], 200, true);
  expect(nodes.toSorted((a, b) => a.y - b.y).map(({ id, depth }) => [id, depth])).toEqual([
    [null, 0],
    ['a1', 1],
    ['c3', 2],
    ['b2', 1],
  ]);
  expect(new Set(nodes.map(({ y }) => y)).size).toBe(4);
  expect(edges).toHaveLength(3);
  expect(width).toBeLessThan(NODE_WIDTH * 2);
});

test('one whose parent is forgotten, and a circle, hang at the agent', () => {
  const { nodes, edges } = layTree([one('a1', 'gone'), one('b2', 'c3'), one('c3', 'b2'), one('d4', 'd4')], 200);
  expect(nodes).toHaveLength(5);
  expect(edges).toHaveLength(4);
  expect(edges.find(({ to }) => to.id === 'a1')?.from.id).toBeNull();
});

test('beyond the bound the oldest are left out, and how many is known', () => {
  const agents = Array.from({ length: 250 }, (_, i) => one(`s${i}`));
  const { nodes, left } = layTree(agents, 200);
  expect(nodes).toHaveLength(201);
  expect(left).toBe(50);
  expect(at({ nodes } as ReturnType<typeof layTree>, 's0')).toBeUndefined();
  expect(at({ nodes } as ReturnType<typeof layTree>, 's249')).toBeDefined();
});
