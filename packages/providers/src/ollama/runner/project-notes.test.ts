import { expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@agor/runtime/testing';
import { Place } from '../tools/index.ts';
import { projectNotes } from './project-notes.ts';

test('the first notes that there are count, the beginning of long ones', async () => {
  using folder = tempDir();
  const place = new Place(folder.path);
  expect(await projectNotes(place)).toBe(null);
  writeFileSync(join(folder.path, 'CLAUDE.md'), 'Use tabs.\n');
  expect(await projectNotes(place)).toBe('Use tabs.');
  writeFileSync(join(folder.path, 'AGENTS.md'), `Use spaces. ${'x'.repeat(100_000)}`);
  const notes = await projectNotes(place);
  expect(notes).toStartWith('Use spaces.');
  expect(notes?.length).toBeLessThan(17_000);
  expect(notes).toContain('The file goes on');
});

test('notes that are a link out of the project, or a folder, are not read', async () => {
  using folder = tempDir();
  const project = join(folder.path, 'project');
  mkdirSync(join(project, 'CLAUDE.md'), { recursive: true });
  writeFileSync(join(folder.path, 'secret'), 'a secret');
  symlinkSync('../secret', join(project, 'AGENTS.md'));
  expect(await projectNotes(new Place(project))).toBe(null);
});
