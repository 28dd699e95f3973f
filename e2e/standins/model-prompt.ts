/** What agents, and agor, write around a prompt for the model's eyes. */
const WRAPPED =
  /<(system-reminder|session_context|environment_details|environment|context|hook_context|instructions|session-anchors)\b[^>]*>[\s\S]*?<\/\1>/g;

/** Whole texts that agents write into the person's messages. */
const NOT_A_PROMPT = [
  /^This is the (Gemini CLI|Qwen Code)\./,
  /^(\[|\()?(Request|Operation) (was )?(interrupted|cancelled)/i,
  /^--- Content from referenced files ---/,
];

/** The last of a message's texts that a person wrote; empty when none is. */
export function bareText(texts: readonly string[]): string {
  const bare = texts.map((each) => each.replace(WRAPPED, '').trim());
  return bare.filter((each) => each !== '' && !NOT_A_PROMPT.some((pattern) => pattern.test(each))).at(-1) ?? '';
}
