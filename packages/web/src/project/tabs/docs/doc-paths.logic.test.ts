import { expect, test } from 'vitest';
import { slugOf, sortDocs, targetOf } from './doc-paths.logic.ts';

test.each([
  ['guide.md', { kind: 'file', path: 'docs/guide.md', anchor: '' }],
  ['../README.md#How%20to', { kind: 'file', path: 'README.md', anchor: 'How to' }],
  ['/src/a.ts?x=1', { kind: 'file', path: 'src/a.ts', anchor: '' }],
  ['#usage', { kind: 'anchor', anchor: 'usage' }],
  ['https://example.org/#a', { kind: 'outside', href: 'https://example.org/#a' }],
  ['../../etc/passwd', { kind: 'nowhere' }],
  ['javascript:alert(1)', { kind: 'nowhere' }],
  ['//evil.example/x', { kind: 'nowhere' }],
  ['data:text/html,x', { kind: 'nowhere' }],
])('a link %s in docs/index.md leads where it should', (href, target) => {
  expect(targetOf(href, 'docs/index.md')).toEqual(target);
});

test('a heading has the anchor that it has on GitHub', () => {
  expect(slugOf('What’s new in 2.0, à la carte?')).toBe('whats-new-in-20-à-la-carte');
});

test('README and what agents read come first', () => {
  const paths = ['src/x.md', 'docs/b.md', 'CHANGES.md', 'AGENTS.md', 'a.ts', 'README.md', 'docs/a.md'];
  expect(sortDocs(paths)).toEqual(['README.md', 'AGENTS.md', 'CHANGES.md', 'docs/a.md', 'docs/b.md', 'src/x.md']);
});
