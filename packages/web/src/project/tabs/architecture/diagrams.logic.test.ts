import { expect, test } from 'vitest';
import { kindOf, newPath, sortDiagrams } from './diagrams.logic.ts';

test('diagrams are known by their ending, and those of the architecture come first', () => {
  expect(kindOf('a/b.PUML')).toBe('plantuml');
  expect(kindOf('a.mmd')).toBe('mermaid');
  expect(kindOf('puml')).toBeNull();
  const paths = ['x.mmd', 'docs/flow.mmd', 'a.ts', '.architecture/b.puml', '.architecture/a.puml', 'x.mmd'];
  expect(sortDiagrams(paths)).toEqual(['.architecture/a.puml', '.architecture/b.puml', 'docs/flow.mmd', 'x.mmd']);
});

test('a new diagram is a file of the folder for architecture, and nothing else', () => {
  expect(newPath(' orders ', 'plantuml')).toBe('.architecture/orders.puml');
  expect(newPath('orders.mmd', 'mermaid')).toBe('.architecture/orders.mmd');
  for (const name of ['', '../x', 'a/b', '.hidden']) expect(newPath(name, 'mermaid')).toBeNull();
});
