import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ServicePlace } from '../../services.ts';
import { claudeServices } from './index.ts';

const { signal } = new AbortController();
const { skills, readSkill, profiles } = claudeServices;
if (!skills || !readSkill || !profiles) throw new Error('these services are what is tested');

let root: string;
let place: ServicePlace;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'agor-skills-test-'));
  place = {
    env: { HOME: root },
    config: {},
    command: [],
    variant: null,
    cwd: join(root, 'repo'),
    claudeConfigDir: null,
  };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): string {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

test('skills are folders with SKILL.md and plain .md files, each with what it says of itself', async () => {
  const review = write(
    '.claude/skills/review/SKILL.md',
    '---\nname: review\ndescription: "Reviews a change"\n---\n# Review\nText\n',
  );
  const notes = write('.claude/skills/notes.md', '# Notes\n\nHow notes are written.\nMore.\n');
  write('.claude/skills/folded/SKILL.md', '---\ndescription: >\n  On two\n  lines\n---\n');
  write('.claude/skills/empty/README.txt', 'no skill');
  write('.claude/skills/.hidden.md', 'no skill');
  expect(await skills(place, signal)).toEqual([
    { name: 'folded', description: 'On two lines', sourcePath: join(root, '.claude/skills/folded/SKILL.md') },
    { name: 'notes', description: 'How notes are written.', sourcePath: notes },
    { name: 'review', description: 'Reviews a change', sourcePath: review },
  ]);
});

test("a repository's skills are offered once the person accepted its settings, and not before", async () => {
  const own = write('.claude/skills/same.md', 'mine');
  const path = write('repo/.claude/skills/theirs.md', 'Of the repository');
  write('repo/.claude/skills/same.md', 'not mine');
  expect((await skills(place, signal)).map(({ name }) => name)).toEqual(['same']);
  expect(readSkill(place, path, signal)).rejects.toThrow('Access denied');
  const accepted = { ...place, repoSettings: true };
  expect((await skills(accepted, signal)).map(({ sourcePath }) => sourcePath)).toEqual([own, path]);
  expect(await readSkill(accepted, path, signal)).toBe('Of the repository');
});

test('only skills can be read: no path leads out of their folder, not even by a link', async () => {
  const key = write('.claude/.credentials.json', 'secret');
  const note = write('secret.md', 'secret');
  const inside = write('.claude/skills/a.md', 'A skill');
  symlinkSync(note, join(root, '.claude/skills/link.md'));
  expect(await readSkill(place, inside, signal)).toBe('A skill');
  const others = [
    key,
    note,
    join(root, '.claude/skills/link.md'),
    join(root, '.claude/skills/../../secret.md'),
    '/etc/passwd',
    '',
  ];
  for (const path of others) expect(readSkill(place, path, signal)).rejects.toThrow('Access denied');
});

test('nobody who switches accounts has one profile, the default', async () => {
  expect(await profiles(place, signal)).toEqual([{ name: 'default', configDir: join(root, '.claude') }]);
});

test('the accounts of the switcher are told with mail and plan, a broken file by its name', async () => {
  write(
    '.config/switcher/profiles/work/profile.toml',
    'email = "a@example.org"\nsubscription_type = "max"\ndisplay_name = "Work"\n',
  );
  write('.config/switcher/profiles/broken/profile.toml', 'email = \n');
  write('.config/switcher/profiles/stray/README', '');
  const configDir = (name: string) => join(root, '.config/switcher-claude', name);
  expect(await profiles(place, signal)).toEqual([
    { name: 'broken', configDir: configDir('broken') },
    { name: 'work', configDir: configDir('work'), displayName: 'Work', email: 'a@example.org', subscription: 'max' },
  ]);
});
