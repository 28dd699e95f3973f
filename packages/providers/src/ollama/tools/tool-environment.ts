/** In the environment of every command that a runner starts; its value is the runner's own. */
export const COMMAND_MARK = 'AGOR_COMMANDS_OF';

/** Keys of model servers are for the runner alone, not for what the model runs. */
const KEYS: readonly string[] = ['OPENAI_API_KEY', 'OLLAMA_API_KEY'];

/** The environment of a command: the session's, without the model server's keys; nothing waits for a terminal. */
export function toolEnvironment(mark: string): Record<string, string | undefined> {
  const env: Record<string, string | undefined> = { ...process.env };
  for (const key of KEYS) delete env[key];
  return { ...env, TERM: 'dumb', PAGER: 'cat', GIT_PAGER: 'cat', GIT_TERMINAL_PROMPT: '0', [COMMAND_MARK]: mark };
}
