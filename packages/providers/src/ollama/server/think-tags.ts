import type { ChatPart } from './chat.ts';

const OPEN = '<think>';
const CLOSE = '</think>';

/**
 * Some servers hand on as text what a model thinks, between tags at its beginning. Puts that where it belongs. Tags elsewhere, such as in
 * code that the model writes, stay.
 */
export async function* withoutThinkTags(parts: AsyncIterable<ChatPart>): AsyncGenerator<ChatPart> {
  let state: 'start' | 'thinking' | 'after' | 'text' = 'start';
  /** What may yet turn out to be a tag. */
  let held = '';
  const flush = function* (): Generator<ChatPart> {
    if (held && state !== 'after') yield { type: state === 'thinking' ? 'thinking' : 'text', text: held };
    held = '';
  };
  for await (const part of parts) {
    if (part.type !== 'text' || state === 'text') {
      if (part.type !== 'text') yield* flush();
      // Whoever tells thoughts apart needs no tags.
      if (part.type === 'thinking' || part.type === 'call') state = 'text';
      yield part;
      continue;
    }
    held += part.text;
    if (state === 'start') {
      const begun = held.trimStart();
      if (begun.startsWith(OPEN)) {
        state = 'thinking';
        held = begun.slice(OPEN.length);
      } else if (!OPEN.startsWith(begun)) {
        state = 'text';
        yield* flush();
      }
    }
    if (state === 'thinking') {
      const end = held.indexOf(CLOSE);
      const sure = end < 0 ? held.length - tagBegunAtEnd(held) : end;
      if (sure > 0) yield { type: 'thinking', text: held.slice(0, sure) };
      held = held.slice(sure);
      if (end < 0) continue;
      held = held.slice(CLOSE.length);
      state = 'after';
    }
    if (state !== 'after' || held.trim() === '') continue;
    held = held.trimStart();
    state = 'text';
    yield* flush();
  }
  yield* flush();
}

/** How many characters at the end could be the beginning of the closing tag. */
function tagBegunAtEnd(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length--)
    if (text.endsWith(CLOSE.slice(0, length))) return length;
  return 0;
}
