import { expect, test } from 'bun:test';
import { GroupsFile, ProjectId } from '@agor/protocol';
import { mayDo } from '../btmsg/index.ts';
import { actorOf, membersOf } from './members.ts';
import { promptPreview, teamOf } from './system-prompt.ts';

const id = (text: string) => ProjectId.parse(text);
const project = { id: 'web', name: 'Web', identifier: 'web', cwd: '/work/web', systemPrompt: 'Use tabs.' };
const file = GroupsFile.parse({
  version: 1,
  groups: [
    {
      id: 'crew',
      name: 'Crew',
      projects: [project],
      agents: [
        { id: 'chief', name: 'Chief', role: 'manager', systemPrompt: 'Be brief.' },
        { id: 'judge', name: 'Judge', role: 'reviewer' },
        { id: 'scribe', name: 'Scribe', role: 'writer' },
        { id: 'guest', name: 'Guest', role: 'unheard-of' },
        { id: 'off', name: 'Off', role: 'tester', enabled: false },
      ],
      roles: [{ id: 'writer', label: 'Technical writer', rights: 'architect', workflow: 'Write it down.' }],
    },
    { id: 'alone', name: 'Alone', projects: [{ ...project, id: 'solo', name: 'Solo' }] },
  ],
  activeGroupId: 'crew',
});

test('the members of a group are its projects and the role agents that are switched on', () => {
  expect(membersOf(file).map(({ id: agent, role, tier, groupId }) => `${groupId}/${agent} ${role} ${tier}`)).toEqual([
    'crew/chief manager 1',
    'crew/judge reviewer 1',
    'crew/scribe writer 1',
    'crew/guest unheard-of 1',
    'crew/web project 2',
    'alone/solo project 2',
  ]);
});

test('a session acts as the agent whose project it carries, and as nobody when it is in no group', () => {
  expect(actorOf(file, id('chief'))).toMatchObject({ id: 'chief', rights: 'manager', tier: 1, groupId: 'crew' });
  expect(actorOf(file, id('web'))).toMatchObject({ id: 'web', rights: 'project', tier: 2, groupId: 'crew' });
  for (const none of [null, id('off'), id('unknown')]) expect(actorOf(file, none)).toBeNull();
});

test('a role that the person made up has the rights that it names; one that nobody described those of a project', () => {
  const scribe = actorOf(file, id('scribe'));
  const guest = actorOf(file, id('guest'));
  if (!scribe || !guest) throw new Error('both are members');
  expect(mayDo(scribe, 'bttask.add')).toBe('group');
  expect(() => mayDo(scribe, 'bttask.assign')).toThrow('A writer may not do that; it is for admin, manager.');
  expect(() => mayDo(guest, 'bttask.add')).toThrow('A unheard-of may not do that');
  expect(mayDo(guest, 'bttask.list')).toBe('own');
});

const titles = (agent: string) =>
  [...(teamOf(file, id(agent), undefined).systemPrompt ?? '').matchAll(/^## (.+)$/gm)].map(([, title]) => title);
const prompt = (agent: string) => teamOf(file, id(agent), undefined).systemPrompt ?? '';

test('a role agent is told who it is, where, with whom, with which commands, and how it works', () => {
  expect(titles('chief')).toEqual([
    'Identity',
    'Environment',
    'Team',
    'Messages',
    'Tasks',
    'Delegation',
    'Context',
    'Workflow',
  ]);
  expect(titles('judge')).toEqual(['Identity', 'Environment', 'Team', 'Messages', 'Tasks', 'Workflow']);
  expect(prompt('chief')).toContain('| Web | web | /work/web |');
  expect(prompt('chief')).toContain('Be brief.');
  expect(prompt('judge')).toContain('review-queue');
  expect(prompt('judge')).not.toContain('bttask assign');
  expect(prompt('judge')).not.toContain('Off');
});

test('a made-up role is told its label and its workflow, and the commands of its rights', () => {
  expect(prompt('scribe')).toContain('You are Scribe, the Technical writer of the group "Crew"');
  expect(prompt('scribe')).toContain('Write it down.');
  expect(prompt('scribe')).toContain('bttask add');
  // It may do no more than a project's agent, so it is told no more.
  expect(prompt('guest')).not.toContain('bttask board');
});

test("a project's agent is told its manager and keeps its own prompt; one that works alone has that only, and no team", () => {
  expect(titles('web')).toEqual(['Identity', 'Messages and tasks', 'Context']);
  expect(prompt('web')).toContain('Your manager is Chief (id chief).');
  expect(prompt('web')).toContain('Use tabs.');
  expect(teamOf(file, id('solo'), 'Use tabs.')).toEqual({ systemPrompt: 'Use tabs.', team: false });
});

test('the preview shows, section by section, exactly what is sent', () => {
  for (const agent of ['chief', 'judge', 'scribe', 'web']) {
    const preview = promptPreview(file, id(agent), undefined);
    expect(preview.text).toBe(prompt(agent));
    expect(preview.sections.map(({ title }): string | undefined => title)).toEqual(titles(agent));
    for (const { text } of preview.sections) expect(preview.text).toContain(text);
  }
  expect(promptPreview(file, id('nobody'), 'Be kind.')).toEqual({
    sections: [{ title: 'Context', text: 'Be kind.' }],
    text: 'Be kind.',
  });
  expect(promptPreview(file, id('nobody'), '')).toEqual({ sections: [], text: '' });
});
