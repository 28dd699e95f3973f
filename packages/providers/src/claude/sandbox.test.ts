import { expect, test } from 'bun:test';
import type { SandboxPlace } from '../sandbox-needs.ts';
import { claudeSandbox } from './sandbox.ts';

const place = (more: Partial<SandboxPlace> = {}): SandboxPlace => ({
  home: '/home/me',
  env: {},
  cwd: '/home/me/my.project',
  tmp: '/run/session-tmp',
  config: {},
  variant: null,
  command: ['/opt/claude'],
  claudeConfigDir: null,
  ...more,
});
const { write, read, guard, ports, env } = claudeSandbox;

test('Claude writes the transcripts of this project, and nothing that a later run or shell would obey', () => {
  expect(write?.(place())).toEqual([
    '/home/me/.claude/projects/-home-me-my-project',
    '/home/me/.claude/tasks',
    '/home/me/.claude/todos',
    '/home/me/.claude/plans',
  ]);
});

test('Claude reads its settings and the sign-in, and no conversation of another project', () => {
  const reads = read?.(place()) ?? [];
  for (const name of ['.claude.json', '.claude/settings.json', '.claude/.credentials.json', '.claude/skills'])
    expect(reads).toContain(`/home/me/${name}`);
  for (const path of ['/home/me/.claude', '/home/me/.claude/projects', '/home/me/.claude/history.jsonl'])
    expect(reads).not.toContain(path);
});

test("a profile's folder takes the place of the usual one, and holds all of its files", () => {
  const profile = place({ claudeConfigDir: '/home/me/work', env: { CLAUDE_CONFIG_DIR: '/elsewhere' } });
  expect(write?.(profile)?.[0]).toBe('/home/me/work/projects/-home-me-my-project');
  expect(read?.(profile)).toContain('/home/me/work/.claude.json');
  expect(guard?.(profile)).toEqual(['/home/me/work/.claude.json', '/home/me/work']);
});

test('only the port of its model server is open, and that of a proxy', () => {
  expect(ports?.(place())).toEqual([443]);
  expect(ports?.(place({ env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:4000' } }))).toEqual([4000]);
  expect(ports?.(place({ env: { HTTPS_PROXY: 'http://proxy:3128' } }))).toEqual([443, 3128]);
});

test('its temp files lie in the private folder of the session', () => {
  expect(env?.(place())).toEqual({ CLAUDE_CODE_TMPDIR: '/run/session-tmp' });
});
