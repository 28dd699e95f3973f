import {
  type AgentMessage,
  BlobId,
  BlockId,
  type MessageOf,
  type OpenBlock,
  type SessionEvent,
  SessionId,
} from '@agor/protocol';
import { expect, test } from 'vitest';
import { commandOf, liveOutput, missingBlobs, PREVIEW_LINES, replayOf } from './replay.logic.ts';

let seq = 0;
const said = (message: Pick<AgentMessage, 'type' | 'content'>): SessionEvent => {
  seq += 1;
  const whole = { id: `m${seq}`, timestamp: 0, ...message } as AgentMessage;
  return { kind: 'message', message: whole, seq, at: 0 } as SessionEvent;
};
const call = (toolUseId: string, command: unknown, more: Partial<MessageOf<'tool_call'>['content']> = {}) =>
  said({ type: 'tool_call', content: { toolUseId, name: 'Bash', kind: 'execute', input: { command }, ...more } });
const result = (toolUseId: string, output: string, more: Partial<MessageOf<'tool_result'>['content']> = {}) =>
  said({ type: 'tool_result', content: { toolUseId, output, isError: false, ...more } });
const NONE = { all: false, blobs: new Map<string, string>() };
const plain = (events: SessionEvent[], options = NONE) =>
  replayOf(events, options)
    .map(({ text }) => text.split(/\p{Cc}\[[\d;]*m/u).join(''))
    .join('');

test('commands stand above what they printed, with how they ended', () => {
  const events = [call('1', 'make'), result('1', 'cc a.c\n'), call('2', 'false'), result('2', '', { exitCode: 1 })];
  expect(plain(events)).toBe('$ make\r\ncc a.c\r\n\r\n$ false\r\nexit 1\r\n\r\n');
});

test('outputs of commands that ran at once say whose they are; other tools are none of it', () => {
  const read = call('3', 'x', { kind: 'read', name: 'Read' });
  const events = [call('1', 'a'), call('2', 'b'), read, result('3', 'secret'), result('1', 'A'), result('2', 'B')];
  expect(plain(events)).toBe('$ a\r\n$ b\r\noutput of a\r\nA\r\n\r\noutput of b\r\nB\r\n\r\n');
});

test('a long output is cut after so many lines, and whole on request', () => {
  const long = Array.from({ length: PREVIEW_LINES + 20 }, (_, at) => `line ${at + 1}`).join('\n');
  const events = [call('1', 'seq'), result('1', long)];
  expect(plain(events)).toContain(`line ${PREVIEW_LINES}\r\n… 20 more lines`);
  expect(plain(events)).not.toContain(`line ${PREVIEW_LINES + 1}`);
  expect(plain(events, { ...NONE, all: true })).toContain(`line ${PREVIEW_LINES + 20}\r\n`);
});

test('an output that stands in a blob is cut until it was fetched', () => {
  const outputBlob = { blob: BlobId.parse('a'.repeat(64)), size: 99_999, mediaType: 'text/plain' };
  const events = [call('1', 'cat'), result('1', 'begin', { outputBlob })];
  expect(plain(events)).toContain('begin\r\n… more');
  expect(missingBlobs(events, { ...NONE, all: true })).toEqual([outputBlob]);
  const blobs = new Map<string, string>([[outputBlob.blob, 'begin and end']]);
  expect(plain(events, { all: true, blobs })).toBe('$ cat\r\nbegin and end\r\n\r\n');
});

test('what follows adds parts and changes none', () => {
  const events = [call('1', 'a'), result('1', 'A'), call('2', 'b')];
  const keys = replayOf(events, NONE).map(({ key }) => key);
  expect(
    replayOf([...events, result('2', 'B')], NONE)
      .map(({ key }) => key)
      .slice(0, 3),
  ).toEqual(keys);
});

test.each([
  [{ command: 'ls -l' }, 'ls -l'],
  [{ command: ['bash', '-lc', 'ls | wc'] }, 'ls | wc'],
  [{ command: ['git', 'status'] }, 'git status'],
  [{ cmd: 'pwd' }, 'pwd'],
  [{}, 'the title'],
])('the command of %j is %s', (input, expected) => {
  expect(commandOf({ toolUseId: '1', name: 'shell', kind: 'execute', title: 'the title', input })).toBe(expected);
});

test('a command cannot dress up, and what it prints steers nothing', () => {
  const events = [call('1', 'echo \x1b[8mhidden\x1b[0m\rrm'), result('1', '\x1b]52;c;eA==\x07\x1b[2Jdone\x1b[31m')];
  const text = replayOf(events, NONE)
    .map((part) => part.text)
    .join('');
  expect(text).toContain('echo hidden␍rm');
  expect(text).not.toContain('52;c');
  expect(text).not.toContain('[2J');
  expect(text).toContain('done\x1b[31m\x1b[0m\r\n');
});

test('what a command prints now is shown while it runs', () => {
  const block: OpenBlock = {
    sessionId: SessionId.parse('s'),
    blockId: BlockId.parse('b'),
    kind: 'toolOutput',
    toolUseId: '1',
    text: 'so far\n',
    truncated: false,
  };
  expect(liveOutput([block, { ...block, kind: 'text', text: 'words' }], [call('1', 'make')])).toBe('so far');
  expect(liveOutput([block], [call('2', 'make')])).toBe('');
});
