import { join } from 'node:path';
import { adapterConforms, readCaptures } from '../testing/adapter-conformance.ts';
import { ollamaAdapter } from './adapter.ts';
import { LoopEvent } from './events.ts';

adapterConforms('ollama', {
  adapter: ollamaAdapter,
  captures: readCaptures(join(import.meta.dir, 'fixtures')),
  silent: () => false,
  wanted: (raw) => {
    const event = LoopEvent.safeParse(raw);
    if (!event.success) return [];
    switch (event.data.type) {
      case 'text':
      case 'thinking':
        return [`${event.data.type} ${event.data.text}`];
      case 'toolCall':
        return [`tool_call ${event.data.toolUseId}`];
      case 'toolResult':
        return [`tool_result ${event.data.toolUseId}`];
      default:
        return [];
    }
  },
  unknown: [{ type: 'text', id: 'run-1', at: 'noon' }],
});
