import { expect, test } from 'bun:test';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FilesFrame } from '@agor/protocol';
import { openCore } from '../core/index.ts';
import { command, startTestHub } from '../testing/test-hub.ts';

test('the files of a project are listed, read and found through the machine, and nothing outside it', async () => {
  await using hub = await startTestHub({ openCore });
  await hub.hub.machineTried;
  const { client } = hub;
  try {
    const cwd = join(hub.dir, 'shop');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'cart.ts'), 'export const cart = 1;\n');
    symlinkSync('/etc/passwd', join(cwd, 'out'));
    const { projectId } = await client.groups.addProject({ commandId: command(), cwd });
    expect((await client.files.list({ projectId })).entries.map((entry) => entry.name)).toContain('cart.ts');
    expect(await client.files.read({ projectId, path: 'cart.ts' })).toMatchObject({ kind: 'text', lang: 'typescript' });
    expect(await client.files.find({ projectId, query: 'cart' })).toEqual(['cart.ts']);
    await expect(client.files.read({ projectId, path: 'out' })).rejects.toThrow(/leads out/);
    const { folders } = await client.files.folders({ path: hub.dir });
    expect(folders.map((folder) => folder.name)).toContain('shop');
  } finally {
    await hub.hub.core.machine.shutdown();
  }
}, 60_000);

/** A hub with its machine and a project of one file. */
async function withProject(work: (at: Awaited<ReturnType<typeof startTestHub>> & Place) => Promise<void>) {
  await using hub = await startTestHub({ openCore });
  await hub.hub.machineTried;
  try {
    const cwd = join(hub.dir, 'shop');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'cart.ts'), 'one');
    const { projectId } = await hub.client.groups.addProject({ commandId: command(), cwd });
    await work({ ...hub, cwd, projectId });
  } finally {
    await hub.hub.core.machine.shutdown();
  }
}
interface Place {
  readonly cwd: string;
  readonly projectId: Awaited<ReturnType<TestClient['groups']['addProject']>>['projectId'];
}
type TestClient = Awaited<ReturnType<typeof startTestHub>>['client'];

test('a file is made, written, renamed, and what an agent wrote meanwhile is not overwritten', async () => {
  await withProject(async ({ client, cwd, projectId }) => {
    const files = client.files;
    await files.create({ commandId: command(), projectId, path: 'src/a.ts', kind: 'file' });
    const { version } = await files.read({ projectId, path: 'src/a.ts' });
    const write = (content: string, expected: string | null, path = 'src/a.ts') =>
      files.write({ commandId: command(), projectId, path, content, expected });
    expect(await write('two', version)).toMatchObject({ kind: 'written', size: 3 });
    writeFileSync(join(cwd, 'src/a.ts'), 'agent');
    expect(await write('three', version)).toMatchObject({ kind: 'conflict', now: { content: 'agent' } });
    await files.rename({ commandId: command(), projectId, from: 'src/a.ts', to: 'b.ts' });
    expect(readFileSync(join(cwd, 'b.ts'), 'utf8')).toBe('agent');
    await expect(write('x', null, '../out')).rejects.toThrow('leads out');
    await expect(files.read({ projectId, path: 'src/a.ts' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
}, 60_000);

test('a window hears what changes below a project, folders too, until it goes', async () => {
  await withProject(async ({ client, cwd, projectId }) => {
    const leave = new AbortController();
    const stream = await client.files.watch({ projectId, patterns: ['*', 'src/*'] }, { signal: leave.signal });
    const next = async () => (await stream.next()).value as FilesFrame;
    expect(await next()).toEqual({ kind: 'standing' });
    mkdirSync(join(cwd, 'src'));
    expect(await next()).toMatchObject({ kind: 'changes', changes: [{ path: 'src', kind: 'changed' }] });
    writeFileSync(join(cwd, 'src/a.ts'), 'a');
    expect(await next()).toMatchObject({ kind: 'changes', changes: [{ path: 'src/a.ts', kind: 'changed' }] });
    renameSync(join(cwd, 'src'), join(cwd, 'lib'));
    const told = new Set<string>();
    while (!told.has('src removed') || !told.has('lib changed')) {
      const frame = await next();
      if (frame.kind === 'changes') for (const { path, kind } of frame.changes) told.add(`${path} ${kind}`);
    }
    leave.abort();
    await expect(client.files.watch({ projectId, patterns: ['../x'] })).rejects.toThrow('leads out');
  });
}, 60_000);

test('a file is given out by HTTP as what it is, in parts, and never as a page', async () => {
  await withProject(async ({ url, token, cwd, projectId }) => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const big = Buffer.alloc(3_000_000, 7);
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const contents = {
      'a b#1.png': png,
      'page.html': '<script>alert(1)</script>',
      'fake.png': '<html>',
      'x.svg': svg,
      big,
    };
    for (const [name, content] of Object.entries(contents)) writeFileSync(join(cwd, name), content);
    symlinkSync('/etc/passwd', join(cwd, 'out'));
    const authorization = `Bearer ${token}`;
    const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      fetch(`${url}/project-file/${projectId}/${path}`, { method, headers: { authorization, ...headers } });

    const image = await get('a%20b%231.png');
    expect(Buffer.from(await image.arrayBuffer())).toEqual(png);
    const told = (answer: Response, name: string) => answer.headers.get(name);
    expect([told(image, 'content-type'), told(image, 'x-content-type-options')]).toEqual(['image/png', 'nosniff']);
    expect(told(image, 'content-disposition')).toBe("inline; filename*=UTF-8''a%20b%231.png");
    expect((await get('a%20b%231.png', { 'if-none-match': told(image, 'etag') ?? '' })).status).toBe(304);
    expect(told(await get('a%20b%231.png?download'), 'content-disposition')).toStartWith('attachment');
    for (const name of ['page.html', 'fake.png']) {
      const answer = await get(name);
      expect([told(answer, 'content-type'), told(answer, 'content-disposition')?.split(';')[0]]).toEqual([
        'application/octet-stream',
        'attachment',
      ]);
      await answer.body?.cancel();
    }
    const drawing = await get('x.svg');
    expect([told(drawing, 'content-type'), told(drawing, 'content-security-policy')]).toEqual([
      'image/svg+xml',
      expect.stringContaining('sandbox'),
    ]);
    await drawing.body?.cancel();

    expect(Buffer.from(await (await get('big')).arrayBuffer()).equals(big)).toBe(true);
    const part = await get('big', { range: 'bytes=2999990-' });
    expect([part.status, told(part, 'content-range'), (await part.arrayBuffer()).byteLength]).toEqual([
      206,
      'bytes 2999990-2999999/3000000',
      10,
    ]);
    expect((await get('big', { range: 'bytes=9000000-' })).status).toBe(416);
    expect(told(await get('big', {}, 'HEAD'), 'content-length')).toBe('3000000');
    expect((await get('gone')).status).toBe(404);
    for (const path of ['out', '..%2f..%2fetc%2fpasswd', '%00', '%2fetc%2fpasswd'])
      expect((await get(path)).status).toBe(403);
    expect((await get('%zz')).status).toBe(400);
    expect((await fetch(`${url}/project-file/${projectId}/big`)).status).toBe(401);
  });
}, 60_000);
