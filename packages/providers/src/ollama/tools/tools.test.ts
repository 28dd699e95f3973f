import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BlockId } from '@agor/protocol';
import { processesWithEnv } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { bashTool, endCommands, fileTools, Place, type Tool, type ToolOutcome } from './index.ts';
import { COMMAND_MARK } from './tool-environment.ts';

let root: ReturnType<typeof tempDir>;
let project: string;
let place: Place;
beforeEach(() => {
  root = tempDir();
  project = join(root.path, 'project');
  mkdirSync(join(project, 'src'), { recursive: true });
  mkdirSync(join(root.path, 'other'));
  place = new Place(project);
});
afterEach(() => root[Symbol.dispose]());

const file = (name: string, text: string) => {
  mkdirSync(join(project, name, '..'), { recursive: true });
  writeFileSync(join(project, name), text);
};
const textOf = (name: string) => readFileSync(join(project, name), 'utf8');
const tool = (name: string): Tool => {
  const found = fileTools.find((each) => each.name === name);
  if (!found) throw new Error(`no tool ${name}`);
  return found;
};

function use(which: Tool, input: unknown, given: { signal?: AbortSignal; told?: string[] } = {}): Promise<ToolOutcome> {
  return which.run(which.parse(input), {
    place,
    toolUseId: 'call-1',
    signal: given.signal ?? new AbortController().signal,
    newBlock: () => BlockId.parse('block-1'),
    output: async (_block, text) => void given.told?.push(text),
  });
}
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'it was done',
    (error: Error) => `${error.name}: ${error.message}`,
  );
const git = (...args: string[]) => Bun.spawnSync(['git', ...args], { cwd: project });

test('a path is inside only when it really is, links and dots followed, also before it exists', async () => {
  symlinkSync(join(root.path, 'other'), join(project, 'link'));
  symlinkSync(project, join(root.path, 'other', 'back'));
  const inside = async (path: string) => (await place.locate(path)).inside;
  expect(await inside('src/new/deep.ts')).toBe(true);
  expect(await inside(join(root.path, 'other', 'back', 'src'))).toBe(true);
  expect(await inside('.')).toBe(true);
  expect(await inside('..')).toBe(false);
  expect(await inside('link/new.txt')).toBe(false);
  expect(await inside('src/../../other')).toBe(false);
  expect(await inside(`${project}-neighbour/x`)).toBe(false);
  expect(await inside('~/x')).toBe(false);
  expect((await place.locate('.git/hooks/pre-commit')).guarded).toBe(true);
  expect((await place.locate('src/.github/x')).guarded).toBe(false);
  expect((await new Place(project, [join(root.path, 'other')]).locate('link/new.txt')).inside).toBe(true);
});

test('Edit replaces an exact text that stands once, whatever characters it has', async () => {
  file('a.txt', 'one $& two\nthree\n');
  const { diffs } = await use(tool('Edit'), { file_path: 'a.txt', old_string: '$& two', new_string: "$' $1 2" });
  expect(textOf('a.txt')).toBe("one $' $1 2\nthree\n");
  expect(diffs).toMatchObject([{ path: 'a.txt', added: 1, removed: 1, change: 'update' }]);
});

test('Edit refuses what is not there, what stands several times, and what changes nothing, and leaves the file as it is', async () => {
  file('a.txt', 'x = 1\nx = 1\n');
  const edit = (input: object) => refusal(use(tool('Edit'), { file_path: 'a.txt', ...input }));
  expect(await edit({ old_string: 'y', new_string: 'z' })).toContain('does not stand in a.txt');
  expect(await edit({ old_string: 'x = 1', new_string: 'z' })).toContain('2 times');
  expect(await edit({ old_string: 'x', new_string: 'x' })).toContain('nothing would change');
  expect(await refusal(use(tool('Edit'), { file_path: 'b.txt', old_string: 'x', new_string: 'y' }))).toContain('Write');
  expect(textOf('a.txt')).toBe('x = 1\nx = 1\n');
  await use(tool('Edit'), { path: 'a.txt', old_string: 'x = 1', new_string: 'y', replace_all: 'true' });
  expect(textOf('a.txt')).toBe('y\ny\n');
});

test('Edit finds lines that end as on Windows, and keeps their ends', async () => {
  file('a.txt', 'one\r\ntwo\r\nthree\r\n');
  await use(tool('Edit'), { file_path: 'a.txt', old_string: 'one\ntwo', new_string: 'eins\nzwei' });
  expect(textOf('a.txt')).toBe('eins\r\nzwei\r\nthree\r\n');
});

test('Write makes folders and files, replaces whole ones, and is refused where a folder is', async () => {
  const made = await use(tool('Write'), { file_path: 'new/deep/a.txt', content: 'a\n' });
  expect(made).toMatchObject({ output: 'Created new/deep/a.txt.', diffs: [{ change: 'add', added: 1 }] });
  await use(tool('Write'), { file_path: 'new/deep/a.txt', content: 'b\n' });
  expect(textOf('new/deep/a.txt')).toBe('b\n');
  expect(await refusal(use(tool('Write'), { file_path: 'src', content: '' }))).toContain('src is a folder');
});

test('Read gives lines as they are, the wanted part of long files, and no binary ones', async () => {
  file('a.txt', Array.from({ length: 3_000 }, (_, n) => `line ${n + 1}`).join('\n'));
  const whole = (await use(tool('Read'), { file_path: 'a.txt' })).output;
  expect(whole).toStartWith('line 1\nline 2\n');
  expect(whole).toEndWith('(Lines 1 to 2000 of 3000.)');
  expect((await use(tool('Read'), { file: 'a.txt', offset: '2999' })).output).toBe(
    'line 2999\nline 3000\n(Lines 2999 to 3000 of 3000.)',
  );
  expect(await refusal(use(tool('Read'), { file_path: 'a.txt', offset: 3001 }))).toContain('only 3000 lines');
  file('b.bin', 'a\0b');
  expect(await refusal(use(tool('Read'), { file_path: 'b.bin' }))).toContain('binary');
  expect(await refusal(use(tool('Read'), { file_path: 'c' }))).toContain('There is no file c');
});

test('List, Glob and Grep find files, without what git ignores', async () => {
  git('init', '-q');
  file('.gitignore', 'out/\n');
  file('out/generated.ts', 'needle\n');
  file('src/a.ts', 'const needle = 1;\n');
  file('src/b.py', 'needle = 2\n');
  expect((await use(tool('List'), {})).output).toBe('.git/\n.gitignore\nout/\nsrc/');
  expect((await use(tool('Glob'), { pattern: '*.ts' })).output).toBe('src/a.ts');
  expect((await use(tool('Glob'), { pattern: 'src/**' })).output).toBe('src/a.ts\nsrc/b.py');
  expect((await use(tool('Grep'), { pattern: 'need(le|ed)' })).output).toBe(
    'src/a.ts:1:const needle = 1;\nsrc/b.py:1:needle = 2',
  );
  expect((await use(tool('Grep'), { query: 'NEEDLE', ignore_case: true, glob: '*.py' })).output).toBe(
    'src/b.py:1:needle = 2',
  );
  expect((await use(tool('Grep'), { pattern: 'needle', path: 'src/a.ts' })).output).toBe('a.ts:1:const needle = 1;');
  expect((await use(tool('Grep'), { pattern: 'nowhere' })).output).toBe('Nothing matches nowhere.');
  expect(await refusal(use(tool('Grep'), { pattern: '(' }))).toContain('ToolRefusal');
});

test('Glob and Grep work in a folder without git', async () => {
  file('node_modules/x/a.ts', 'needle\n');
  file('src/a.ts', 'needle\n');
  expect((await use(tool('Glob'), { pattern: '**/*.ts' })).output).toBe('src/a.ts');
  expect((await use(tool('Grep'), { pattern: 'needle', path: 'src' })).output).toBe('a.ts:1:needle');
});

test("a repository's configuration starts no program when files are listed or searched", async () => {
  git('init', '-q');
  file('src/a.ts', 'needle\n');
  git('config', 'core.fsmonitor', `touch ${join(root.path, 'pwned')}; false`);
  git('config', 'core.pager', `touch ${join(root.path, 'pwned')}`);
  await use(tool('Glob'), { pattern: '*.ts' });
  await use(tool('Grep'), { pattern: 'needle' });
  expect(await Bun.file(join(root.path, 'pwned')).exists()).toBe(false);
});

test('Bash gives both outputs and the exit code, also of a command that is no shell', async () => {
  const bash = bashTool('mark-of-this-test');
  const told: string[] = [];
  expect(await use(bash, { command: 'echo out; echo err >&2; exit 3' }, { told })).toMatchObject({
    output: 'out\nerr\n',
    exitCode: 3,
    isError: true,
  });
  expect(told.join('')).toBe('out\nerr\n');
  expect((await use(bash, { command: 'if then' })).output).toContain('syntax error');
  expect((await use(bash, { cmd: 'true' })).output).toBe('(no output)');
});

test('Bash does not wait for what a command left in the background, which lives until it is ended', async () => {
  const mark = crypto.randomUUID();
  const { output } = await use(bashTool(mark), { command: 'setsid sleep 300 & echo started' });
  expect(output).toBe('started\n');
  expect(processesWithEnv(COMMAND_MARK, mark)).toHaveLength(1);
  await endCommands(mark);
  expect(processesWithEnv(COMMAND_MARK, mark)).toEqual([]);
});

test('Bash ends a command at its limit, and says so', async () => {
  const clock = new ManualClock();
  const mark = crypto.randomUUID();
  const told: string[] = [];
  const running = use(bashTool(mark, clock), { command: 'echo begun; trap "" TERM; sleep 300', timeout: 5 }, { told });
  while (!told.join('').includes('begun')) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(5_000);
  expect(await running).toMatchObject({ output: 'begun\n\n[ended after 5 s]', isError: true });
  expect(processesWithEnv(COMMAND_MARK, mark)).toEqual([]);
});

test('what the model runs does not see the keys of its server', async () => {
  process.env.OPENAI_API_KEY = 'sk-secret';
  try {
    expect((await use(bashTool('m'), { command: 'echo "[$OPENAI_API_KEY]"' })).output).toBe('[]\n');
  } finally {
    delete process.env.OPENAI_API_KEY;
  }
});
