import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BlobId, ExportOptions, type SessionEvent, SessionExport, SessionId } from '@agor/protocol';
import { blobPath, SecretRedactor } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { foldAll } from '@agor/session';
import { Exporter } from './exporter.ts';

const ID = SessionId.parse('session-1');
const AT = Date.UTC(2026, 0, 31, 12, 0);
const SECRET = 'hunter2-"hunter2"';
/** The smallest PNG. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const HOSTILE =
  '</pre></details></main><script>alert(1)</script><img src=x onerror=alert(1)> ```\n</code> [x](javascript:alert(1)) ![p](https://evil/p.png) \u202Egpj.exe \u001b[31mred\u001b[0m \u0007 & " \'';

type Body = Record<string, unknown> & { kind: string };
let count = 0;
const message = (type: string, content: object): Body => ({
  kind: 'message',
  message: { id: `m${++count}`, type, content, timestamp: AT },
});

function bodies(said: string, image: string): Body[] {
  count = 0;
  const prompt = { id: 'p1', text: `Please look. ${said}`, images: [], source: 'web' };
  const ref = { blob: image, size: PNG.byteLength, mediaType: 'image/png' };
  return [
    {
      kind: 'sessionCreated',
      projectId: null,
      provider: 'demo',
      cwd: '/code/shop',
      title: `Shop ${said}`,
      permissionMode: 'default',
    },
    { kind: 'promptQueued', prompt },
    { kind: 'promptSent', promptId: 'p1' },
    { kind: 'turnStarted', turnId: 't1', promptId: 'p1' },
    message('thinking', { text: `Let me think. ${said}` }),
    message('text', { text: `Here is **it**. ${said}` }),
    message('tool_call', { toolUseId: 'u1', name: 'Bash', kind: 'execute', title: said, input: { command: said } }),
    message('tool_result', {
      toolUseId: 'u1',
      output: `printed ${said}`,
      isError: true,
      diffs: [{ path: 'a.ts', patch: `-${said}\n+b`, added: 1, removed: 1, change: 'update' }],
      images: [ref],
    }),
    { kind: 'turnEnded', turnId: 't1', outcome: 'interrupted' },
  ];
}

function setUp(said: string) {
  const dir = tempDir();
  const blob = BlobId.parse(createHash('sha256').update(PNG).digest('hex'));
  mkdirSync(dirname(blobPath(dir.path, blob)), { recursive: true });
  writeFileSync(blobPath(dir.path, blob), PNG);
  const events = bodies(said, blob).map((body, index) => ({ ...body, seq: index + 1, at: AT }) as SessionEvent);
  const redactor = new SecretRedactor();
  redactor.set({ mine: SECRET });
  const state = foldAll(ID, undefined, events);
  if (!state) throw new Error('no state');
  const exporter = new Exporter({
    sessions: {
      state: () => state,
      eventsAfter: (_, seq, limit) => events.slice(seq, seq + limit),
    },
    blobsDir: dir.path,
    redactor,
    version: '1.2.3',
    clock: new ManualClock(AT),
  });
  const text = (format: string, more: object = {}) =>
    new Response(exporter.export(ID, ExportOptions.parse({ format, ...more })).body).text();
  return { dir, events, state, exporter, text };
}

test('a session reads as Markdown, HTML and JSON as it was', async () => {
  const { dir, text } = setUp('all fine');
  using _ = dir;
  for (const format of ['md', 'html', 'json']) {
    const file = join(import.meta.dir, 'golden', `${format}.txt`);
    const made = await text(format);
    if (process.env.UPDATE_GOLDEN) writeFileSync(file, made);
    expect(made).toBe(readFileSync(file, 'utf8'));
  }
});

test('JSON is read by its schema, and its events fold to the state that it names', async () => {
  const { dir, events, state, text } = setUp('all fine');
  using _ = dir;
  const read = SessionExport.parse(JSON.parse(await text('json')));
  expect(read.events).toEqual(events);
  expect(read.session).toEqual(state);
  expect(foldAll(ID, undefined, read.events)).toEqual(read.session);
});

test('what agents say, hostile as it may be, is words in every format', async () => {
  const { dir, text } = setUp(HOSTILE);
  using _ = dir;
  const page = await text('html');
  expect(page).not.toMatch(
    /<script|<img (?!alt=)|<(?!\/?(?:!doctype|html|head|meta|title|style|body|main|header|h1|h2|p|article|div|details|summary|b|code|pre|img)\b)/i,
  );
  expect(page).not.toMatch(/[\u202a-\u202e]|(?![\n\t])\p{Cc}/u);
  expect(page).toContain("default-src 'none'");
  const markdown = await text('md');
  expect(markdown).not.toMatch(/[\u202a-\u202e]|(?![\n\t])\p{Cc}/u);
  const outside = markdown.replace(/^(`{3,})[^\n]*\n[\s\S]*?\n\1$/gm, '').replace(/(`+) .*? \1(?!`)/g, '');
  expect(outside).not.toMatch(/(?<!\\)<(?:script|img)|(?<!\\)\]\(javascript:|(?<!\\)!\[/i);
  expect(SessionExport.safeParse(JSON.parse(await text('json'))).success).toBe(true);
});

test('secrets that were said before they were known are in no export', async () => {
  const { dir, text } = setUp(`the key is ${SECRET}, and sk-ant-${'a'.repeat(40)}`);
  using _ = dir;
  for (const format of ['md', 'html', 'json']) {
    const made = await text(format);
    expect(made).not.toContain('hunter2');
    expect(made).not.toContain('sk-ant-');
    expect(made).toContain('secret: mine');
  }
});

test('tool output and thinking are left out where nobody wants them', async () => {
  const { dir, text } = setUp('all fine');
  using _ = dir;
  for (const format of ['md', 'html', 'json']) {
    const made = await text(format, { toolOutput: false, thinking: false });
    expect(made).not.toContain('printed');
    expect(made).not.toContain('Let me think');
    expect(made).toContain('Here is');
  }
});

test('a session of a hundred thousand messages is written a page at a time', async () => {
  const { dir, state, exporter: _ } = setUp('all fine');
  using __ = dir;
  const TOTAL = 100_000;
  let most = 0;
  let ahead = 0;
  const exporter = new Exporter({
    sessions: {
      state: () => ({ ...state, seq: TOTAL }),
      eventsAfter: (_id, seq, limit) => {
        ahead = seq;
        const length = Math.min(limit, TOTAL - seq);
        most = Math.max(most, length);
        return Array.from({ length }, (_item, index) => {
          const body = message('text', { text: `message ${seq + index} ${'x'.repeat(200)}` });
          return { ...body, seq: seq + index + 1, at: AT } as unknown as SessionEvent;
        });
      },
    },
    blobsDir: dir.path,
    redactor: new SecretRedactor(),
    version: '1',
    clock: new ManualClock(AT),
  });
  const { body } = exporter.export(ID, ExportOptions.parse({ format: 'html' }));
  const reader = body.getReader();
  await reader.read();
  expect(ahead).toBeLessThan(2000); // no more is read than a reader takes
  let bytes = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes += part.value.byteLength;
    expect(part.value.byteLength).toBeLessThan(200_000);
  }
  expect(most).toBeLessThanOrEqual(200);
  expect(bytes).toBeGreaterThan(TOTAL * 200);
}, 60_000);

test('an address names session and format, and nothing else is an export', () => {
  const { dir, exporter } = setUp('all fine');
  using _ = dir;
  const file = exporter.fromUrl(new URL('http://x/export/session-1.md?toolOutput=0'));
  expect(file).toMatchObject({ name: 'shop-all-fine.md', type: 'text/markdown; charset=utf-8' });
  for (const path of ['/export/', '/export/a.exe', '/export/%E0%A4%A.md', '/exports/a.md'])
    expect(exporter.fromUrl(new URL(`http://x${path}`))).toBeNull();
});
