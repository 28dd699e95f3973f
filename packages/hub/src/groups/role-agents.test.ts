import { expect, test } from 'bun:test';
import { GroupsFile, ProjectId } from '@agor/protocol';
import { findMember } from './index.ts';

const id = (text: string) => ProjectId.parse(text);
const file = GroupsFile.parse({
  version: 1,
  groups: [
    { id: 'empty', name: 'Empty', agents: [{ id: 'lonely', name: 'Lonely', role: 'manager' }] },
    {
      id: 'crew',
      name: 'Crew',
      projects: [{ id: 'web', name: 'Web', identifier: 'web', cwd: '/work/web' }],
      agents: [
        { id: 'chief', name: 'Chief', role: 'manager', provider: 'demo', permissionMode: 'plan' },
        { id: 'scribe', name: 'Scribe', role: 'writer', cwd: '/docs' },
      ],
      roles: [{ id: 'writer', label: 'Technical writer', icon: '✍' }],
    },
  ],
});

test('a role agent is found like a project, and works above its first one when it has no folder of its own', () => {
  expect(findMember(file, id('web'))?.project.cwd).toBe('/work/web');
  expect(findMember(file, id('chief'))).toMatchObject({
    group: { id: 'crew' },
    project: { id: 'chief', identifier: 'manager', cwd: '/work', provider: 'demo', permissionMode: 'plan', icon: '🎯' },
  });
  expect(findMember(file, id('lonely'))?.project.cwd).toBe('/tmp');
  expect(findMember(file, id('nobody'))).toBeNull();
});

test('a made-up role shows its own label and icon', () => {
  expect(findMember(file, id('scribe'))?.project).toMatchObject({
    cwd: '/docs',
    icon: '✍',
    description: 'Technical writer',
  });
});
