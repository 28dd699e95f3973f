import { afterEach, beforeEach, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { claude } from '../claude/provider.ts';
import { demo } from '../demo/provider.ts';
import { programVersion } from './program-version.ts';
import { installedBinary, installFolder, resolveCli } from './resolve-cli.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'agor-resolve-test-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function program(path: string, script = 'echo 2.1.330'): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const providersDir = () => join(root, 'providers');
const onPath = () => program(join(root, 'bin', 'claude'));
const installed = () => {
  if (!claude.cli) throw new Error('claude has a CLI');
  return program(installedBinary('claude', claude.cli, providersDir()) ?? '');
};
const resolve = (settings?: { path?: string; args: string[] }) =>
  resolveCli(claude, { env: { PATH: join(root, 'bin'), HOME: root }, providersDir: providersDir(), settings });

test('the configured program wins over the one on PATH, that one over the installed one', () => {
  expect(resolve()).toBeNull();
  const third = installed();
  expect(resolve()).toEqual({ command: [third], origin: 'installed' });
  const second = onPath();
  expect(resolve()).toEqual({ command: [second], origin: 'path' });
  const first = program(join(root, 'mine', 'my-claude'));
  expect(resolve({ path: first, args: ['--x'] })).toEqual({ command: [first, '--x'], origin: 'configured' });
});

test('a configured path may begin with ~ or be a name on PATH', () => {
  const path = onPath();
  expect(resolve({ path: '~/bin/claude', args: [] })).toEqual({ command: [path], origin: 'configured' });
  expect(resolve({ path: 'claude', args: [] })).toEqual({ command: [path], origin: 'configured' });
});

test('a configured path that does not work is told and never replaced in silence', () => {
  onPath();
  expect(resolve({ path: '/nowhere/claude', args: [] })?.problem).toContain('there is no /nowhere/claude');
  expect(resolve({ path: 'no-such-name', args: [] })?.problem).toContain('not on PATH');
  const plain = join(root, 'plain');
  writeFileSync(plain, '');
  expect(resolve({ path: plain, args: [] })?.problem).toContain('not executable');
  expect(resolve({ path: root, args: [] })?.problem).toContain('no program');
});

test('the arguments of the settings go with every program', () => {
  const path = onPath();
  expect(resolve({ args: ['--debug'] })?.command).toEqual([path, '--debug']);
});

test('a script for Node is run by the Node on PATH that is new enough, else by our own Bun; its version is asked without its arguments', () => {
  const script = join(root, 'bin', 'agent');
  mkdirSync(dirname(script), { recursive: true });
  writeFileSync(script, '#!/usr/bin/env node\n');
  chmodSync(script, 0o755);
  if (!claude.cli) throw new Error('claude has a CLI');
  const agent = { ...claude, cli: { ...claude.cli, binary: 'agent', args: ['--acp'], node: 22 } };
  const find = () => resolveCli(agent, { env: { PATH: join(root, 'bin'), HOME: root }, providersDir: providersDir() });
  expect(find()).toMatchObject({ command: [process.execPath, script, '--acp'], program: [process.execPath, script] });
  const old = program(join(root, 'bin', 'node'), 'echo v20.20.2');
  expect(find()?.command[0]).toBe(process.execPath);
  rmSync(old);
  const node = program(join(root, 'bin', 'node'), 'echo v24.1.0 # newer');
  utimesSync(node, 1, 1);
  expect(find()).toMatchObject({ command: [node, script, '--acp'], program: [node, script] });
  program(script);
  expect(find()?.command).toEqual([script, '--acp']);
});

test('an agent of a family is installed in a folder whose name may stand in PATH', () => {
  if (!claude.cli) throw new Error('claude has a CLI');
  expect(installFolder('acp:gemini', claude.cli, '/p')).toBe(`/p/acp-gemini/${claude.cli.version}`);
});

test('a provider without a program has nothing to resolve', () => {
  expect(resolveCli(demo, { env: {}, providersDir: providersDir() })).toBeNull();
});

test('a version is what the program says; a silent, failing, hanging or missing one is told apart', async () => {
  const ask = (script: string) =>
    programVersion([program(join(root, 'p'), script)], { env: { PATH: process.env.PATH }, limitMs: 2_000 });
  expect(await ask('echo "2.1.330 (Claude Code)"')).toEqual({ ok: true, value: '2.1.330' });
  expect(await ask('echo "version v1.0.0-beta.2" >&2')).toEqual({ ok: true, value: '1.0.0-beta.2' });
  expect(await ask('echo hello')).toEqual({ ok: true, value: null });
  expect(await ask('echo broken >&2; exit 3')).toMatchObject({
    ok: false,
    error: expect.stringMatching(/code 3: broken/),
  });
  expect(await ask('sleep 60; echo 1.0.0')).toMatchObject({
    ok: false,
    error: expect.stringContaining('did not answer within 2 s'),
  });
  const missing = await programVersion([join(root, 'nothing')], { env: {}, limitMs: 2_000 });
  expect(missing).toMatchObject({ ok: false, error: expect.stringContaining('cannot be started') });
});
