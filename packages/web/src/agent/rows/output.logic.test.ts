import { describe, expect, test } from 'vitest';
import { emptyTool } from '../transcript/message-rows.ts';
import type { ToolRow } from '../transcript/rows.ts';
import { parseAnsi, stripAnsi } from './ansi.logic.ts';
import { parsePatch } from './patch.logic.ts';
import { costParts, retryText, thoughtText } from './row-words.logic.ts';
import { inputText, linesShown, opensByItself, toolMeta, toolTitle } from './tool-card.logic.ts';

describe('output of programs', () => {
  test('colours become tokens, and a reset ends them', () => {
    expect(parseAnsi('a\x1b[1;31mred\x1b[0m b')).toEqual([
      { text: 'a' },
      { text: 'red', bold: true, color: 'red' },
      { text: ' b' },
    ]);
  });

  test('large palettes are taken as they are, and bounded', () => {
    expect(parseAnsi('\x1b[38;2;1;2;999mx')).toEqual([{ text: 'x', color: 'rgb(1 2 255)' }]);
    expect(parseAnsi('\x1b[38;5;196mx\x1b[39my')).toEqual([{ text: 'x', color: 'rgb(255 0 0)' }, { text: 'y' }]);
  });

  test('links, titles and cursor moves leave nothing behind', () => {
    const output = '\x1b]0;title\x07\x1b[2J\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\\x1b[3A';
    expect(stripAnsi(output)).toBe('link');
    expect(
      parseAnsi(output)
        .map(({ text }) => text)
        .join(''),
    ).toBe('link');
  });

  test('of a progress bar the last state is kept', () => {
    expect(stripAnsi('10%\r50%\r100%\ndone\r\n')).toBe('100%\ndone\n');
  });
});

describe('a change of a file', () => {
  test('its lines carry the numbers of the file they are in', () => {
    expect(parsePatch('@@ -3,3 +3,3 @@\n a\n-b\n+c\n d\n')).toEqual([
      { kind: 'context', number: 3, text: 'a' },
      { kind: 'del', number: 4, text: 'b' },
      { kind: 'add', number: 4, text: 'c' },
      { kind: 'context', number: 5, text: 'd' },
    ]);
  });

  test('a second hunk is set off, headers and missing newlines are left out', () => {
    const lines = parsePatch('--- a\n+++ b\n@@ -1 +1 @@\n+x\n\\ No newline at end of file\n@@ -9 +9 @@ fn()\n y');
    expect(lines.map(({ kind }) => kind)).toEqual(['add', 'hunk', 'context']);
  });

  test('a line that looks like a header inside a hunk is a line', () => {
    expect(parsePatch('@@ -1 +1 @@\n---- x\n++++ y').map(({ text }) => text)).toEqual(['--- x', '+++ y']);
  });
});

describe('a tool card', () => {
  const tool = (more: Partial<ToolRow>): ToolRow => ({ ...emptyTool('t', 1000, 'Bash', 'execute'), ...more });
  const result = { toolUseId: 't', output: '', isError: false };

  test('tells how a command ended and how long it took', () => {
    const meta = toolMeta(tool({ result: { ...result, exitCode: 0, durationMs: 4100 } }), 0);
    expect(meta).toEqual({ parts: ['exit 0', '4.1 s'], color: 'green' });
    expect(toolMeta(tool({ result: { ...result, exitCode: 2 } }), 0)).toEqual({ parts: ['exit 2'], color: 'red' });
  });

  test('counts the seconds of what runs, and waits with the person', () => {
    expect(toolMeta(tool({}), 39_000).parts).toEqual(['running', '38 s']);
    expect(toolMeta(tool({ waits: true }), 39_000)).toEqual({ parts: ['waits for you'], color: 'yellow' });
    expect(toolMeta(tool({ abandoned: true }), 39_000).parts).toEqual(['interrupted']);
  });

  test('tells what an edit changed', () => {
    const diff = { path: 'a', patch: '', added: 21, removed: 14, change: 'update' as const };
    const edit = tool({ toolKind: 'edit', result: { ...result, diffs: [diff], durationMs: 200 } });
    expect(toolMeta(edit, 0).parts).toEqual(['+21 −14', '0.2 s']);
  });

  test('tells what an agent does below it, and folds when it is done', () => {
    const agent = { toolKind: 'agent' as const, toolCount: 3 };
    const running = tool({ ...agent, subagent: { state: 'progress', background: false, toolUses: 12 } });
    expect(toolMeta(running, 39_000).parts).toEqual(['running', '12 tools', '38 s']);
    expect(opensByItself(running)).toBe(true);
    expect(opensByItself(tool({ ...agent, subagent: { state: 'done', background: false } }))).toBe(false);
  });

  test('shows as many lines as its kind deserves', () => {
    expect([linesShown('execute'), linesShown('read'), linesShown('search'), linesShown('other')]).toEqual([
      500, 50, 20, 30,
    ]);
  });

  test('does not say twice what its title says', () => {
    expect(toolTitle({ name: 'Edit', title: 'Edit README.md' })).toBe('README.md');
    const call = { toolUseId: 't', name: 'Bash', kind: 'execute' as const, input: { command: 'ls' } };
    expect(inputText(tool({ title: 'ls', call }))).toBeNull();
    expect(inputText(tool({ title: 'List', call }))).toBe('ls');
  });
});

test('a turn’s cost is one line: model, money, tokens, time', () => {
  const cost = {
    totalCostUsd: 1,
    costUsd: 0.38,
    durationMs: 4100,
    inputTokens: 1000,
    outputTokens: 200,
    numTurns: 1,
    isError: false,
  };
  const row = {
    kind: 'cost' as const,
    key: 'k',
    at: 0,
    cost: { ...cost, cacheReadTokens: 9000 },
    model: 'sonnet',
    errors: [],
  };
  expect(costParts(row, (usd) => `$${usd}`)).toEqual(['sonnet', '$0.38', '10 k in, 200 out', '4.1 s']);
});

test('a thought says how long it was, when it was long enough to say', () => {
  expect(thoughtText(4200, false)).toBe('Thought for 4 s');
  expect(thoughtText(300, false)).toBe('Thought');
  expect(thoughtText(null, true)).toBe('Thinking…');
});

test('retries are one line with how often', () => {
  const row = { kind: 'retry' as const, key: 'k', at: 0, class: 'overloaded' as const, attempts: 2, maxAttempts: 10 };
  expect(retryText(row)).toBe('The model is overloaded: tried again (2 of 10)');
});
