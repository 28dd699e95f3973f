import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasKeyring, NEEDS_KEYRING, PrivateKeyring } from '@agor/runtime/testing';
import { type AnthropicStandIn, startAnthropic } from '../standins/anthropic.ts';
import { claudeCli } from '../standins/claude-cli.ts';
import { claudeEnv, World } from '../world/index.ts';

/** The first read of the CLI's 0.4 GB may take many seconds. */
const LIMIT_MS = 180_000;
const KEY = `sk-ant-${crypto.randomUUID()}-of-a-test`;
const OWN = `own secret of ${crypto.randomUUID()}`;

const real = test.skipIf(!hasKeyring);
let standIn: AnthropicStandIn;
beforeAll(async () => {
  await claudeCli();
  standIn = startAnthropic();
}, 300_000);
afterAll(() => standIn.close());

/** The environment of the real CLI without a key of its own. */
function keyless(): Record<string, string> {
  const { ANTHROPIC_API_KEY: _, ...env } = claudeEnv(standIn.url);
  return env;
}

function setSecret(world: World, name: string, value: string): number {
  const command = [join(import.meta.dir, '..', '..', 'bin', 'agor'), 'secrets', 'set', name];
  const { exitCode } = Bun.spawnSync(command, { env: world.env, stdin: Buffer.from(`${value}\n`) });
  return exitCode;
}

/** The files below a folder that hold any of these. */
function filesWith(folder: string, values: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    return values.some((value) => bytes.includes(value)) ? [path] : [];
  });
}

/** The processes of this computer whose arguments hold any of these. */
function argumentsWith(values: readonly string[]): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return values.some((value) => line.includes(value)) ? [line] : [];
      } catch {
        return []; // it ended meanwhile
      }
    });
}

real(
  `the real Claude gets its stored key and a secret by reference; neither is in a file, a log or an argument, nor in what it prints ${NEEDS_KEYRING}`,
  async () => {
    await using session = new PrivateKeyring();
    await session.start();
    const { DBUS_SESSION_BUS_ADDRESS = '', XDG_RUNTIME_DIR = '' } = session.env;
    const env = { ...keyless(), DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR };
    await using world = new World({ name: 'secrets', env });
    const work = world.folder('work');
    expect(setSecret(world, 'anthropic_api_key', KEY)).toBe(0);
    expect(setSecret(world, 'mine', OWN)).toBe(0);
    const settings = { storedKeys: ['anthropic_api_key'], env: { HARMLESS: 'secret://mine' } };
    const set = await world.agor('config', 'set', 'providers.claude', JSON.stringify(settings));
    expect(set.exitCode).toBe(0);

    const prompt = 'run: echo $HARMLESS; echo $HARMLESS | base64 -w0; sleep 0.2';
    const running = world.start(
      'run',
      '--cwd',
      work,
      '--provider',
      'claude',
      '--permission-mode',
      'bypassPermissions',
      '--json',
      prompt,
    );
    await standIn.waitForRequest(1, LIMIT_MS);
    expect(argumentsWith([KEY, OWN])).toEqual([]);
    const { stdout, exitCode } = await running.ended;
    expect(exitCode).toBe(0);
    expect(stdout).toContain('[secret: mine]');
    expect(stdout).not.toContain(OWN);
    const sent = standIn.requests.filter(({ path }) => path === '/v1/messages');
    expect(sent.length).toBeGreaterThan(0);
    for (const { headers } of sent) expect(headers['x-api-key']).toBe(KEY);

    const { sessionId } = await world.session();
    const exported = await world.agor('export', sessionId, '--format', 'html');
    expect(exported.stdout).toContain('<!doctype html>');
    expect(exported.stdout).not.toContain(OWN);
    const listed = await world.agor('secrets', 'list');
    expect(listed.stdout).toMatch(/anthropic_api_key.*set since .*used by Claude/);
    expect(listed.stdout).not.toContain(KEY);
    const base64 = Buffer.from(OWN).toString('base64').slice(0, -4);
    for (const folder of [world.paths.dataDir, world.paths.configDir])
      expect(filesWith(folder, [KEY, OWN, base64])).toEqual([]);
  },
  LIMIT_MS,
);

real(
  `with a locked keyring an agent that was promised a key does not start, and the words say why ${NEEDS_KEYRING}`,
  async () => {
    await using session = new PrivateKeyring();
    await session.start();
    const { DBUS_SESSION_BUS_ADDRESS = '', XDG_RUNTIME_DIR = '' } = session.env;
    const env = { ...keyless(), DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR };
    await using world = new World({ name: 'locked', env });
    const work = world.folder('work');
    expect(setSecret(world, 'anthropic_api_key', KEY)).toBe(0);
    await world.agor('config', 'set', 'providers.claude', JSON.stringify({ storedKeys: ['anthropic_api_key'] }));
    await world.agor('shutdown');
    session.lock();
    const ran = await world.agor('run', '--cwd', work, '--provider', 'claude', 'hello');
    expect(ran.exitCode).not.toBe(0);
    expect(`${ran.stdout}${ran.stderr}`).toContain('anthropic_api_key');
    const doctor = await world.agor('doctor');
    expect(doctor.stdout).toMatch(/keyring.*locked/);
    await world.agor('shutdown');
  },
  LIMIT_MS,
);
