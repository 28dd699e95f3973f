import { z } from 'zod';

const Message = z.object({
  type: z.literal('response_item'),
  payload: z.object({
    type: z.literal('message'),
    role: z.literal('user'),
    content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  }),
});

/** Texts that Codex itself puts into the person's mouth. */
const NOT_A_PROMPT =
  /^(<[a-z_]+>|<[a-z_]+ |# AGENTS\.md instructions|Another language model started to solve this problem)/;

/** The person's words in a line of a rollout; null when it has none. */
export function promptIn(line: unknown): string | null {
  const message = Message.safeParse(line);
  if (!message.success) return null;
  const texts = message.data.payload.content.flatMap(({ text }) => (text === undefined ? [] : [text.trim()]));
  const prompt = texts.filter((text) => text !== '' && !NOT_A_PROMPT.test(text)).join('\n');
  return prompt === '' ? null : prompt;
}
