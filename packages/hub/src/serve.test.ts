import { afterEach, expect, test } from 'bun:test';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, type ProcessRef, processRef } from '@agor/runtime';
import { tempDir, until } from '@agor/runtime/testing';
import { HubInfo } from './hub-info.ts';
import { clientOver, command, connect } from './testing/test-hub.ts';

const MAIN = join(import.meta.dir, 'main.ts');
const started: { end: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one.end();
});

function folders() {
  const temp = tempDir();
  started.push({ end: async () => temp[Symbol.dispose]() });
  return { HOME: temp.path, AGOR_DATA_DIR: join(temp.path, 'data'), AGOR_CONFIG_DIR: join(temp.path, 'config') };
}

/** Runs `agor serve` as a process of its own. What it started is ended with the test, machine included. */
function serve(env: Record<string, string>, ...args: string[]) {
  const child = Bun.spawn([process.execPath, MAIN, 'serve', ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const reader = child.stdout.getReader();
  let machine: ProcessRef | null = null;
  const firstLine = async (): Promise<string> => {
    let text = '';
    while (!text.includes('\n')) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the hub ended: ${await child.stderr.text()}`);
      text += new TextDecoder().decode(value);
    }
    return text.slice(0, text.indexOf('\n'));
  };
  const info = async (): Promise<HubInfo> => {
    const read = HubInfo.parse(JSON.parse(await firstLine()));
    if (read.machinePid !== null) machine = processRef(read.machinePid);
    return read;
  };
  started.push({
    end: async () => {
      child.kill('SIGTERM');
      await child.exited;
      const ref = machine;
      if (ref === null || !isAlive(ref)) return;
      process.kill(ref.pid, 'SIGTERM');
      await until('the machine ended', () => !isAlive(ref));
    },
  });
  return { child, firstLine, info };
}

test('agor serve --json says where it is on its first line, keeps that for the CLI, and takes it back at its end', async () => {
  const env = folders();
  const hub = serve(env, '--port', '0', '--json');
  const info = await hub.info();
  expect(info.pid).toBe(hub.child.pid);
  expect(info.machinePid).not.toBe(info.pid);
  expect((await fetch(`${info.url}/health`)).status).toBe(200);
  const file = join(env.AGOR_DATA_DIR, 'hub.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(info);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const socket = connect(info.url, info.token);
  const about = await clientOver(socket).misc.info({});
  expect(about).toMatchObject({ pid: info.pid, machinePid: info.machinePid, dataDir: env.AGOR_DATA_DIR });
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
  });
  hub.child.kill('SIGTERM');
  expect(await hub.child.exited).toBe(0);
  expect(await closed).toBe(1001);
  expect(existsSync(file)).toBe(false);
  expect(existsSync(join(env.AGOR_DATA_DIR, 'sessions.db-wal'))).toBe(false);
});

test('the machine outlives its hub, and the next hub finds the same one, the same token and the same groups', async () => {
  const env = folders();
  const first = serve(env, '--port', '0', '--json');
  const before = await first.info();
  const socket = connect(before.url, before.token);
  await clientOver(socket).groups.addGroup({ commandId: command(), name: 'Kept' });
  first.child.kill('SIGKILL');
  await first.child.exited;
  const second = serve(env, '--port', '0', '--json');
  const after = await second.info();
  expect(after.machinePid).toBe(before.machinePid);
  expect(after.token).toBe(before.token);
  expect(readFileSync(join(env.AGOR_CONFIG_DIR, 'groups.json'), 'utf8')).toContain('Kept');
});

test('a second hub on the same data folder says who has it and what to do', async () => {
  const env = folders();
  const first = await serve(env, '--port', '0', '--json').info();
  const second = serve(env, '--port', '0', '--json');
  expect(await second.child.exited).toBe(1);
  const words = await second.child.stderr.text();
  expect(words).toContain(`pid ${first.pid}`);
  expect(words).toContain(first.url);
  expect(words).toContain('agor shutdown');
  expect(words).not.toContain(first.token);
});

test('a port in use is named, with the way out, and nothing is left behind', async () => {
  const other = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('') });
  const env = folders();
  const hub = serve(env, '--port', String(other.port));
  expect(await hub.child.exited).toBe(1);
  const words = await hub.child.stderr.text();
  expect(words).toContain(`port ${other.port}`);
  expect(words).toContain('--port');
  expect(existsSync(join(env.AGOR_DATA_DIR, 'hub.json'))).toBe(false);
  expect(existsSync(join(env.AGOR_DATA_DIR, 'machine', 'machine.lock'))).toBe(false);
  await other.stop(true);
});

test('without --json the first line is for a person, and without the token where it would end in a log', async () => {
  const env = folders();
  const hub = serve(env, '--port', '0');
  expect(await hub.firstLine()).toMatch(/^agor runs at http:\/\/127\.0\.0\.1:\d+\. `agor/);
  hub.child.kill('SIGTERM');
  await hub.child.exited;
  await serve(env, '--port', '0', '--json').info(); // knows the machine, and so ends it
});

test('a first start makes two small repositories to try things in', async () => {
  const env = folders();
  const hub = serve(env, '--port', '0', '--json');
  const info = await hub.info();
  const groups = join(env.AGOR_CONFIG_DIR, 'groups.json');
  await until('the demo is there', () => existsSync(groups));
  const client = clientOver(connect(info.url, info.token));
  for await (const frame of await client.events.watch({})) {
    if (frame.kind !== 'snapshot') throw new Error('the first frame is the snapshot');
    expect(frame.firstRun).toBe(true);
    const projects = frame.groups.groups[0]?.projects ?? [];
    expect(projects.map((project) => [project.identifier, project.provider as string, project.demo])).toEqual([
      ['invoice-api', 'demo', true],
      ['web-shop', 'demo', true],
    ]);
    for (const { cwd } of projects) {
      const log = Bun.spawnSync(['git', '-C', cwd, 'log', '--format=%an %s'], {
        env: { PATH: process.env.PATH ?? '' },
      });
      expect(log.stdout.toString().trim()).toBe('agor demo First version');
      const status = Bun.spawnSync(['git', '-C', cwd, 'status', '--porcelain'], {
        env: { PATH: process.env.PATH ?? '' },
      });
      expect(status.stdout.toString()).toBe('');
    }
    break;
  }
  await client.groups.removeDemo({ commandId: command() });
  expect(JSON.parse(readFileSync(groups, 'utf8')).groups).toEqual([]);
});

test('what the command line cannot mean is said, with the usage', async () => {
  for (const args of [['--port', 'x'], ['--port', '70000'], ['--bad'], ['--data-dir']]) {
    const hub = serve(folders(), ...args);
    expect(await hub.child.exited).toBe(2);
    expect(await hub.child.stderr.text()).toContain('Usage: agor serve');
  }
  const open = serve(folders(), '--host', '0.0.0.0');
  expect(await open.child.exited).toBe(1);
  expect(await open.child.stderr.text()).toContain('TLS');
});
