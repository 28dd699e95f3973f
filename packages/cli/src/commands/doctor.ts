import { existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { ProviderId, type ProviderStatus } from '@agor/protocol';
import { type AgorPaths, buildId, ensureDirs } from '@agor/runtime';
import type { Connection } from '../connect.ts';
import { type Finding, groupsFile, kernel, machineFindings, pathSockets, sandboxFindings } from '../doctor/index.ts';
import { findHub, requireHub } from '../ensure-hub.ts';
import { bold, dim, green, red, yellow } from '../render.ts';
import { installLine, signInLine } from './providers.ts';

const LOW_DISK_BYTES = 1024 ** 3;

/** `agor doctor`: looks at the installation as it is, and starts nothing. Fails when something must be mended. */
export async function doctor(
  paths: AgorPaths,
  options: { json?: boolean; env?: string | true; rebuild?: boolean },
): Promise<void> {
  if (options.env !== undefined) return environment(paths, options.env === true ? 'claude' : options.env);
  if (options.rebuild) return rebuild(paths);
  const findings = [...local(paths), ...(await sandboxFindings()), ...(await running(paths)), ...pathSockets()];
  if (options.json) process.stdout.write(`${JSON.stringify(findings)}\n`);
  else for (const f of findings) process.stdout.write(`${MARK[f.state]} ${bold(f.name)}  ${f.detail}\n`);
  if (findings.some((f) => f.state === 'bad')) process.exitCode = 1;
}

const MARK = { good: green('ok  '), info: dim('info'), warn: yellow('warn'), bad: red('bad ') };

function local(paths: AgorPaths): Finding[] {
  const git = Bun.which('git');
  return [
    { name: 'build', state: 'good', detail: `${buildId(import.meta)}, Bun ${Bun.version}` },
    folders(paths),
    disk(paths),
    git
      ? { name: 'git', state: 'good', detail: git }
      : { name: 'git', state: 'bad', detail: 'not found on PATH; projects and reviews need it' },
    groupsFile(paths.groupsFile),
    ...kernel(),
  ];
}

function folders(paths: AgorPaths): Finding {
  try {
    ensureDirs(paths);
    return { name: 'folders', state: 'good', detail: `${paths.dataDir}, ${paths.configDir}` };
  } catch (error) {
    return { name: 'folders', state: 'bad', detail: error instanceof Error ? error.message : String(error) };
  }
}

function disk(paths: AgorPaths): Finding {
  try {
    const { bavail, bsize } = statfsSync(paths.dataDir);
    const free = bavail * bsize;
    const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free for ${paths.dataDir}`;
    return { name: 'disk', state: free < LOW_DISK_BYTES ? 'warn' : 'good', detail };
  } catch (error) {
    return { name: 'disk', state: 'warn', detail: error instanceof Error ? error.message : String(error) };
  }
}

async function running(paths: AgorPaths): Promise<Finding[]> {
  using hub = await findHub(paths);
  const machine = await machineFindings(paths, hub !== null);
  if (!hub)
    return [{ name: 'hub', state: 'good', detail: 'does not run; `agor` starts it' }, ...machine, claude(paths)];
  const info = await hub.client.misc.info({});
  const providers = await hub.client.providers.list({ refresh: true });
  return [
    { name: 'hub', state: 'good', detail: `runs, pid ${info.pid}, build ${info.build}, ${hub.info.url}` },
    ...machine,
    ...(await problems(hub)),
    await keyring(hub),
    ...providers.map(provider),
  ];
}

/** One that is not there is nothing to mend: nobody needs them all. */
function provider(p: ProviderStatus): Finding {
  if (p.install.state === 'notInstalled') return { name: p.label, state: 'info', detail: installLine(p) };
  const detail = [installLine(p), signInLine(p)].filter(Boolean).join('; ');
  const ready = p.install.state === 'builtIn' || p.install.state === 'found';
  return { name: p.label, state: !ready || p.signIn.state === 'signedOut' ? 'warn' : 'good', detail };
}

/** What the hub itself complains of. */
async function problems({ client }: Connection): Promise<Finding[]> {
  for await (const frame of await client.events.watch({}))
    if (frame.kind === 'snapshot')
      return frame.problems.map(({ code, message }) => ({ name: code, state: 'bad', detail: message }));
  return [];
}

/** Only who keeps secrets needs one. */
async function keyring({ client }: Connection): Promise<Finding> {
  const { keyring, secrets } = await client.secrets.list({});
  const kept = secrets.filter(({ isSet }) => isSet).length;
  const name = 'keyring';
  if (keyring.state === 'ready') return { name, state: 'good', detail: `open; ${kept} secrets of agor` };
  return { name, state: kept > 0 ? 'warn' : 'info', detail: keyring.message ?? keyring.state };
}

/** Without a hub nobody asks the vendors' programs; whether there is one can be told all the same. */
function claude(paths: AgorPaths): Finding {
  const program = Bun.which('claude');
  const detail = existsSync(join(paths.providersDir, 'claude')) ? `installed in ${paths.providersDir}` : 'not on PATH';
  return { name: 'Claude', state: 'info', detail: program ?? detail };
}

async function environment(paths: AgorPaths, provider: string): Promise<void> {
  using hub = await requireHub(paths);
  const { passed, withheld } = await hub.client.misc.environment({ provider: ProviderId.parse(provider) });
  process.stdout.write(`${bold(`passed to ${provider}`)}\n`);
  for (const name of passed) process.stdout.write(`  ${name}\n`);
  process.stdout.write(`${bold('withheld')}\n`);
  for (const name of withheld) process.stdout.write(`  ${dim(name)}\n`);
}

async function rebuild(paths: AgorPaths): Promise<void> {
  using hub = await requireHub(paths);
  const { sessions } = await hub.client.misc.rebuild({});
  process.stdout.write(`${sessions} sessions made anew from their logs.\n`);
}
