import { join } from 'node:path';
import { adapterConforms, readCaptures } from '../../testing/adapter-conformance.ts';
import { claudeAdapter } from './index.ts';

interface Raw {
  readonly type: string;
  readonly subtype?: string;
  readonly error?: string;
  readonly message?: { readonly content: unknown };
}

/** system/init: only when it has news. system/status: `requesting`. user: replayed prompts of the person. */
const SILENT = [
  'command_lifecycle',
  'rate_limit_event',
  'system/background_tasks_changed',
  'system/files_persisted',
  'system/hook_progress',
  'system/hook_started',
  'system/init',
  'system/status',
  'system/task_updated',
  'system/thinking_tokens',
  'user',
];

/** What the CLI puts in for an answer that never came: a status, for the model did not say it. */
const FILLER = 'No response requested.';

/** The stream becomes deltas in the runner; the rest is journaled. */
const journaled = readCaptures(join(import.meta.dir, '..', 'fixtures'), (name) => !name.endsWith('.asks.ndjson')).map(
  ({ name, events }) => ({ name, events: events.filter((event) => (event as Raw).type !== 'stream_event') }),
);

adapterConforms('claude', {
  adapter: claudeAdapter,
  captures: journaled,
  silent: (event) => {
    const { type, subtype } = event as Raw;
    return SILENT.includes(subtype ? `${type}/${subtype}` : type);
  },
  wanted: (event) => {
    const { type, message, error } = event as Raw;
    if (!Array.isArray(message?.content) || error) return [];
    return message.content.flatMap((block: Record<string, unknown>) => {
      if (block.type === 'thinking') return [`thinking ${block.thinking}`];
      if (block.type === 'text' && type === 'assistant') return block.text === FILLER ? [] : [`text ${block.text}`];
      if (block.type === 'tool_use') return [`tool_call ${block.id}`];
      return block.type === 'tool_result' ? [`tool_result ${block.tool_use_id}`] : [];
    });
  },
  unknown: [
    { type: 'assistant', uuid: 'u1' },
    { type: 'user', message: { content: 7 }, uuid: 'u2' },
  ],
});
