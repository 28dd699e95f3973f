import type { AgentMessage, SessionEvent } from '@agor/protocol';
import { expect, test } from 'vitest';
import { MAX_TOUCHED, touchedFiles } from './touched-files.logic.ts';

const events = (...messages: { type: AgentMessage['type']; content: object }[]): SessionEvent[] =>
  messages.map((message, i) => ({
    kind: 'message',
    seq: i + 1,
    at: 1,
    message: { id: `m${i}`, timestamp: 1, ...message } as AgentMessage,
  }));
const call = (kind: string, input: unknown) => ({
  type: 'tool_call' as const,
  content: { toolUseId: 'u', name: 'Tool', kind, input },
});
const changed = (path: string, change: string) => ({
  type: 'tool_result' as const,
  content: { toolUseId: 'u', output: '', isError: false, diffs: [{ path, patch: '', added: 1, removed: 0, change }] },
});

test('files are listed once, the newest first, with what was done to them', () => {
  expect(
    touchedFiles(
      events(
        call('read', { file_path: '/p/a.ts' }),
        call('edit', { path: '/p/a.ts' }),
        changed('/p/b.ts', 'add'),
        call('read', { file_path: '/p/c.ts' }),
        changed('/p/a.ts', 'update'),
        changed('/p/c.ts', 'delete'),
      ),
    ),
  ).toEqual([
    { path: '/p/c.ts', touches: ['read', 'deleted'] },
    { path: '/p/a.ts', touches: ['read', 'edited'] },
    { path: '/p/b.ts', touches: ['written'] },
  ]);
});

test('what names no file is passed over, and the list is bounded', () => {
  expect(touchedFiles(events(call('read', null), call('execute', { path: '/x' }), call('write', { path: 7 })))).toEqual(
    [],
  );
  const many = Array.from({ length: 50 }, (_, i) => call('write', { path: `/p/${i}` }));
  const files = touchedFiles(events(...many));
  expect(files).toHaveLength(MAX_TOUCHED);
  expect(files[0]?.path).toBe('/p/49');
});
