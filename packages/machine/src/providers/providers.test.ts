import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ProjectId, ProviderId, ProviderSettings, ProviderStatus } from '@agor/protocol';
import { findProvider } from '@agor/providers';
import { installedBinary, platformName } from '@agor/providers/install';
import { settingsFor } from '../environment/index.ts';
import { Requests } from '../requests/index.ts';
import { registerProviderRequests } from './requests.ts';
import { probeSignIn } from './sign-in.ts';
import { vendorCommand } from './vendor-command.ts';

const claude = findProvider('claude');
if (!claude?.cli) throw new Error('claude has a CLI');
const { cli } = claude;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'agor-providers-test-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function program(path: string, script: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Asks a machine as a hub would. */
class Asker {
  readonly progress: string[] = [];
  readonly #requests = new Requests();

  constructor(base: Record<string, string> = {}) {
    const env = { PATH: `${join(root, 'bin')}:/usr/bin:/bin`, HOME: root, ...base };
    registerProviderRequests(this.#requests, {
      environment: { current: { base: env, providers: {}, projects: {} } },
      providersDir: join(root, 'providers'),
    });
  }

  ask(method: string, params: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const session = this.#requests.session((answer) => {
        if (answer.t === 'progress') this.progress.push(answer.message);
        else if (answer.t === 'result') resolve(answer.result);
        else reject(new Error(`${answer.code}: ${answer.message}`));
      });
      void session.start('r1', method, params);
    });
  }

  async detect(settings: Record<string, unknown> = {}): Promise<Record<string, ProviderStatus>> {
    const statuses = ProviderStatus.array().parse(await this.ask('providers.detect', { settings }));
    return Object.fromEntries(statuses.map((status) => [status.id, status]));
  }
}

describe('detection', () => {
  test('the demo agent is built in and needs no sign-in', async () => {
    const { demo } = await new Asker().detect();
    expect(demo).toMatchObject({ install: { state: 'builtIn' }, signIn: { state: 'notNeeded' }, enabled: true });
  });

  test('a program that is nowhere is not installed, with what to do and how large it is', async () => {
    const { claude: found } = await new Asker().detect();
    expect(found?.install).toMatchObject({
      state: 'notInstalled',
      installable: cli.npmPackage(platformName()) ? cli.version : null,
      sizeMb: cli.sizeMb,
      hint: expect.stringContaining('agor providers install claude'),
    });
  });

  test('a program on PATH is found with its version', async () => {
    const path = program(join(root, 'bin', 'claude'), 'echo "2.1.9 (Claude Code)"');
    const { claude: found } = await new Asker().detect();
    expect(found?.install).toEqual({ state: 'found', command: [path], version: '2.1.9', origin: 'path' });
  });

  test('a program that fails or a configured path that is wrong is broken, in words', async () => {
    program(join(root, 'bin', 'claude'), 'echo "no such library" >&2; exit 127');
    const asker = new Asker();
    expect((await asker.detect()).claude?.install).toMatchObject({
      state: 'broken',
      message: expect.stringContaining('no such library'),
    });
    expect((await asker.detect({ claude: { path: '/nowhere/claude' } })).claude?.install).toMatchObject({
      state: 'broken',
      message: expect.stringContaining('there is no /nowhere/claude'),
    });
  });

  test('a version is asked again only when the program changed', async () => {
    const runs = join(root, 'runs');
    const path = program(join(root, 'bin', 'claude'), `echo run >> '${runs}'; echo 1.0.0`);
    const asker = new Asker();
    await asker.detect();
    await asker.detect();
    expect(readFileSync(runs, 'utf8')).toBe('run\n');
    program(path, `echo run >> '${runs}'; echo 2.0.0`);
    utimesSync(path, 1, 1);
    expect((await asker.detect()).claude?.install).toMatchObject({ version: '2.0.0' });
  });

  test('a switched-off provider is shown as such', async () => {
    expect((await new Asker().detect({ claude: { enabled: false } })).claude?.enabled).toBe(false);
  });

  test("another vendor's key signs nobody in; its own does, also from the provider's settings", async () => {
    expect((await new Asker({ OPENAI_API_KEY: 'x' }).detect()).claude?.signIn.state).toBe('signedOut');
    const own = await new Asker({ ANTHROPIC_API_KEY: 'x' }).detect();
    expect(own.claude?.signIn).toEqual({ state: 'signedIn', how: 'ANTHROPIC_API_KEY in the environment' });
    const set = await new Asker().detect({ claude: { env: { ANTHROPIC_AUTH_TOKEN: 'x' } } });
    expect(set.claude?.signIn.state).toBe('signedIn');
  });
});

describe('sign-in', () => {
  test('shows by the credentials file, in the home or in the profile folder', () => {
    const probe = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
      probeSignIn(claude.signIn, { HOME: root, ...env }, 'claude', {}, platform).state;
    expect(probe({})).toBe('signedOut');
    mkdirSync(join(root, '.claude'));
    writeFileSync(join(root, '.claude', '.credentials.json'), '{}');
    expect(probe({})).toBe('signedIn');
    expect(probe({ CLAUDE_CONFIG_DIR: join(root, 'profile') })).toBe('signedOut');
    expect(probe({ CLAUDE_CONFIG_DIR: join(root, 'profile') }, 'darwin')).toBe('unknown');
  });

  test("of a sign-in with the vendor nothing is said where the settings lead to somebody else's models", async () => {
    const signIn = {
      variables: ['KEY'],
      hint: () => 'sign in',
      isElsewhere: ({ to }: { to?: unknown }) => to === 'mine',
    };
    expect(probeSignIn(signIn, { HOME: root }, 'x', { to: 'mine' })).toEqual({ state: 'unknown' });
    expect(probeSignIn(signIn, { HOME: root }, 'x', {})).toMatchObject({ state: 'signedOut' });
    expect(probeSignIn(signIn, { HOME: root, KEY: 'k' }, 'x', { to: 'mine' })).toMatchObject({ state: 'signedIn' });
  });

  test('signed out, the hint names the program as it can be called', async () => {
    const path = program(installedBinary('claude', cli, join(root, 'providers')) ?? '', 'echo 2.1.330');
    const { claude: found } = await new Asker().detect();
    expect(found?.signIn).toMatchObject({ hint: expect.stringContaining(`${path} auth login`) });
  });
});

describe('installation', () => {
  test('reports its progress and the version', async () => {
    const prefix = 'while [ "$1" != --prefix ]; do shift; done; prefix=$2';
    const target = join('node_modules', cli.npmPackage(platformName()) ?? '', cli.binaryPathInPackage(platformName()));
    const unpack = `mkdir -p "$(dirname "$prefix/${target}")"; printf '#!/bin/sh\\necho 2.1.330\\n' > "$prefix/${target}"; chmod +x "$prefix/${target}"`;
    program(join(root, 'bin', 'npm'), `${prefix}; ${unpack}; echo "added 1 package"`);
    const asker = new Asker();
    expect(await asker.ask('providers.install', { provider: 'claude' })).toEqual({ version: '2.1.330' });
    expect(asker.progress).toContain('added 1 package');
    expect((await asker.detect()).claude?.install).toMatchObject({ state: 'found', origin: 'installed' });
  });

  test('of something unknown, or that fails, says why', async () => {
    program(join(root, 'bin', 'npm'), 'echo "npm error code ENOTFOUND" >&2; exit 1');
    const asker = new Asker();
    await expect(asker.ask('providers.install', { provider: 'nobody' })).rejects.toThrow('only claude');
    await expect(asker.ask('providers.install', { provider: 'claude' })).rejects.toThrow('cannot reach its registry');
    await expect(asker.ask('providers.install', {})).rejects.toThrow('badParams');
  });
});

describe("a runner's vendor program", () => {
  const commandOf = (id: string, settings?: Record<string, unknown>) =>
    vendorCommand(
      ProviderId.parse(id),
      settingsFor(
        { providers: settings ? { [id]: ProviderSettings.parse(settings) } : {}, projects: {} },
        ProviderId.parse(id),
        null,
      ),
      { PATH: join(root, 'bin'), HOME: root },
      join(root, 'providers'),
    );

  test('is the one that is found; the demo agent needs none', () => {
    expect(commandOf('demo')).toEqual({ ok: true, value: undefined });
    expect(commandOf('of-a-newer-agor')).toEqual({ ok: true, value: undefined });
    expect(commandOf('claude')).toMatchObject({ ok: false, error: { class: 'not_installed' } });
    const path = program(join(root, 'bin', 'claude'), '');
    expect(commandOf('claude', { args: ['-v'] })).toEqual({ ok: true, value: [path, '-v'] });
  });

  test('a switched-off or wrongly configured provider fails in words', () => {
    const message = (id: string, settings?: Record<string, unknown>) => {
      const command = commandOf(id, settings);
      return command.ok ? '' : command.error.message;
    };
    expect(message('claude', { enabled: false })).toContain('switched off');
    expect(message('claude', { path: '/nowhere' })).toContain('there is no /nowhere');
  });
});

describe('agents of a family', () => {
  const acp = (agents: Record<string, unknown>, more: object = {}) => ({
    acp: ProviderSettings.parse({ config: { agents }, ...more }),
  });
  const commandOf = (id: string, providers: Record<string, ProviderSettings>, projects = {}, projectId?: string) => {
    const provider = ProviderId.parse(id);
    const decided = settingsFor({ providers, projects }, provider, projectId ? ProjectId.parse(projectId) : null);
    return vendorCommand(provider, decided, { PATH: join(root, 'bin'), HOME: root }, join(root, 'providers'));
  };

  test('each is a provider of its own, with its own command, version and caveat; the family is none', async () => {
    const path = program(join(root, 'bin', 'opencode'), 'echo "1.2.3"');
    const found = await new Asker().detect(acp({ mine: { command: 'my-agent', args: ['--acp'] } }));
    expect(found['acp:opencode']?.install).toMatchObject({ state: 'found', version: '1.2.3', origin: 'path' });
    expect(found['acp:opencode']?.install).toMatchObject({ command: expect.arrayContaining([path]) });
    expect(found['acp:mine']?.install).toMatchObject({ state: 'broken', message: expect.stringContaining('my-agent') });
    expect(found['acp:goose']).toMatchObject({ caveat: expect.stringContaining('untested'), enabled: true });
    expect(found.acp).toBeUndefined();
    const mine = program(join(root, 'bin', 'my-agent'), '');
    const again = await new Asker().detect(acp({ mine: { command: 'my-agent', args: ['--acp'] } }, { enabled: false }));
    expect(again['acp:mine']).toMatchObject({ enabled: false, install: { state: 'found', command: [mine, '--acp'] } });
  });

  test('starts by its own command, which counts before what is on PATH; the path of the family is none of its', () => {
    program(join(root, 'bin', 'opencode'), '');
    const other = program(join(root, 'other'), '');
    expect(
      commandOf('acp:opencode', acp({ opencode: { command: other, args: ['serve'] } }, { path: '/nowhere' })),
    ).toEqual({ ok: true, value: [other, 'serve'] });
    expect(commandOf('acp:nobody', acp({}))).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('no agent "acp:nobody"') },
    });
    expect(commandOf('acp:goose', acp({}))).toMatchObject({ ok: false, error: { class: 'not_installed' } });
    const missing = (id: string) => {
      const command = commandOf(id, acp({}));
      return command.ok ? '' : command.error.message;
    };
    expect(missing('acp:qwen')).toContain('agor providers install acp:qwen');
    // agor can bring no Goose.
    expect(missing('acp:goose')).toContain('install `goose` yourself');
    expect(missing('acp:goose')).not.toContain('agor providers install');
  });

  test("a project's own command and path count before those of the settings", () => {
    const here = program(join(root, 'here'), '');
    const everywhere = program(join(root, 'everywhere'), '');
    const projects = {
      p: { acp: { config: { agents: { mine: { command: here } } } }, claude: { path: here, args: ['-x'] } },
    };
    const providers = {
      ...acp({ mine: { command: everywhere } }),
      claude: ProviderSettings.parse({ path: everywhere }),
    };
    expect(commandOf('acp:mine', providers, projects, 'p')).toEqual({ ok: true, value: [here] });
    expect(commandOf('acp:mine', providers, projects)).toEqual({ ok: true, value: [everywhere] });
    expect(commandOf('claude', providers, projects, 'p')).toEqual({ ok: true, value: [here, '-x'] });
    expect(commandOf('claude', providers, projects, 'q')).toEqual({ ok: true, value: [everywhere] });
  });
});
