import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processRef } from '@agor/runtime';
import { claude } from '../claude/provider.ts';
import type { ProviderDefinition, VendorCli } from '../define.ts';
import { demo } from '../demo/provider.ts';
import { untilGone } from '../testing/until-gone.ts';
import { type InstallOptions, installProvider } from './install-provider.ts';

let root: string;
let log: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'agor-install-test-'));
  log = join(root, 'npm.log');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const PATH = '/usr/local/bin:/usr/bin:/bin';
const cli: VendorCli = {
  binary: 'tool',
  npmPackage: () => '@vendor/tool',
  npmVersion: '0.1.2',
  version: '1.2.3',
  sizeMb: 1,
  binaryPathInPackage: () => 'bin/tool',
};
const provider: ProviderDefinition = { ...claude, label: 'Tool', cli };
const PROGRAM = '#!/bin/sh\necho "1.2.3 (Tool)"\n';

/** An `npm` on PATH that does what the script says; `$prefix` is where it is to install. */
function fakeNpm(script: string): string {
  const bin = join(root, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(
    join(bin, 'npm'),
    `#!/bin/sh\necho "$@" >> '${log}'\nwhile [ "$1" != --prefix ]; do shift; done\nprefix=$2\n${script}\n`,
  );
  chmodSync(join(bin, 'npm'), 0o755);
  return `${bin}:${PATH}`;
}

const unpack = (program: string): string =>
  `mkdir -p "$prefix/node_modules/@vendor/tool/bin"
cat > "$prefix/node_modules/@vendor/tool/bin/tool" <<'END'
${program}END
chmod +x "$prefix/node_modules/@vendor/tool/bin/tool"`;

function install(path: string, more: Partial<InstallOptions> & { provider?: ProviderDefinition } = {}) {
  const { provider: which = provider, ...options } = more;
  return installProvider(which, { providersDir: join(root, 'providers'), env: { PATH: path }, ...options });
}

const home = () => join(root, 'providers', provider.id);
const installed = () => join(home(), '1.2.3', 'node_modules/@vendor/tool/bin/tool');
/** What lies beside the finished version. */
const leftovers = () => readdirSync(home()).filter((name) => name !== '.install.lock' && name !== '1.2.3');
const npmRuns = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);

describe('an installation', () => {
  test('brings the exact package without its scripts, tells its progress and the version that the program says', async () => {
    const progress: string[] = [];
    const path = fakeNpm(`${unpack(PROGRAM)}\necho "added 1 package"`);
    const result = await install(path, { onProgress: (message) => progress.push(message) });
    expect(result).toEqual({ ok: true, value: '1.2.3' });
    expect(existsSync(installed())).toBe(true);
    expect(npmRuns()).toEqual([expect.stringMatching(/^install .*--ignore-scripts.* @vendor\/tool@0\.1\.2$/)]);
    expect(progress).toEqual(['Downloading Tool 1.2.3 (1 MB)', 'added 1 package', 'Checking Tool 1.2.3']);
    expect(leftovers()).toEqual([]);
  });

  test('is done once, also when several begin at once', async () => {
    const path = fakeNpm(`sleep 0.2; ${unpack(PROGRAM)}`);
    const results = await Promise.all([install(path), install(path), install(path)]);
    expect(results.every((result) => result.ok && result.value === '1.2.3')).toBe(true);
    expect(npmRuns().length).toBe(1);
  });

  test('replaces one that does not work any more', async () => {
    await install(fakeNpm(unpack(PROGRAM)));
    writeFileSync(installed(), 'cut off');
    const result = await install(fakeNpm(unpack(PROGRAM)));
    expect(result).toEqual({ ok: true, value: '1.2.3' });
    expect(npmRuns().length).toBe(2);
  });

  test('removes what a killed one left behind', async () => {
    mkdirSync(join(home(), '.installing-1.2.3-99999', 'node_modules'), { recursive: true });
    await install(fakeNpm(unpack(PROGRAM)));
    expect(leftovers()).toEqual([]);
  });

  test('that is cancelled ends npm with its children and leaves nothing half-done', async () => {
    const pidFile = join(root, 'pid');
    const path = fakeNpm(
      `${unpack(PROGRAM)}\nsleep 300 & echo $! > '${pidFile}.new'; mv '${pidFile}.new' '${pidFile}'\necho started\nwait`,
    );
    const aborter = new AbortController();
    const started = Promise.withResolvers<void>();
    const onProgress = (message: string) => void (message === 'started' && started.resolve());
    const result = install(path, { onProgress, signal: aborter.signal });
    await started.promise;
    const child = processRef(Number(readFileSync(pidFile, 'utf8')));
    aborter.abort();
    expect(await result).toMatchObject({ ok: false, error: { message: 'The installation was cancelled.' } });
    await untilGone(child);
    expect(readdirSync(home())).toEqual(['.install.lock']);
  });
});

describe('a failure says what to do', () => {
  const npmSays: [name: string, script: string, message: RegExp][] = [
    [
      'offline',
      'echo "npm error code ENOTFOUND" >&2; exit 1',
      /cannot reach its registry; check the network[\s\S]*ENOTFOUND/,
    ],
    [
      'disk full',
      'echo "npm error ENOSPC: no space left on device" >&2; exit 1',
      /The disk is full[\s\S]*no space left/,
    ],
    ['unknown package', 'echo "npm error code E404" >&2; exit 1', /registry does not have @vendor\/tool@0\.1\.2/],
    ['anything else', 'echo "npm error it hurts" >&2; exit 7', /npm failed with exit code 7\.\nnpm error it hurts/],
    ['a program that does not start', unpack('#!/bin/sh\nexit 126\n'), /installed but does not work: .*exit code 126/],
    ['no program in the package', 'true', /installed but does not work: .*cannot be started/],
  ];
  for (const [name, script, message] of npmSays) {
    test(name, async () => {
      const result = await install(fakeNpm(script));
      expect(result.ok ? '' : result.error.message).toMatch(message);
      expect(readdirSync(home())).toEqual(['.install.lock']);
    });
  }

  test('only the end of what npm said is kept', async () => {
    const result = await install(fakeNpm('seq 1 1000; exit 1'));
    const lines = result.ok ? [] : result.error.message.split('\n');
    expect(lines.length).toBe(16);
    expect(lines.at(-1)).toBe('1000');
  });

  test('no npm', async () => {
    const result = await install('/nowhere');
    expect(result).toMatchObject({ ok: false, error: { message: expect.stringContaining('npm is not on PATH') } });
  });

  test('too little space is told before anything is downloaded', async () => {
    const large = { ...provider, cli: { ...cli, sizeMb: 1e12 } };
    const result = await install(fakeNpm(unpack(PROGRAM)), { provider: large });
    expect(result.ok ? '' : result.error.message).toMatch(/disk is too full.*MB are needed/);
    expect(npmRuns()).toEqual([]);
  });

  test('no package for this platform', async () => {
    const elsewhere = { ...provider, cli: { ...cli, npmPackage: () => null } };
    const result = await install(PATH, { provider: elsewhere });
    expect(result.ok ? '' : result.error.message).toContain('has no package for');
  });

  test('a provider that is part of agor', async () => {
    const result = await install(PATH, { provider: demo });
    expect(result.ok ? '' : result.error.message).toContain('nothing to install');
  });
});
