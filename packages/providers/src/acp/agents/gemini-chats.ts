import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const MINUTE_MS = 60_000;

/**
 * Gemini CLI 0.61 keeps a conversation in a file that is named by the minute in which its process began. A process that loads it within that
 * same minute begins by emptying the file, and then finds no conversation: the next minute is waited for.
 */
export function geminiLoadDelayMs(
  sessionId: string,
  env: Readonly<Record<string, string | undefined>>,
  now: Date,
): number {
  const file = `session-${now.toISOString().slice(0, 16).replace(':', '-')}-${sessionId.slice(0, 8)}`;
  const root = join(env.GEMINI_CLI_HOME || env.HOME || homedir(), '.gemini', 'tmp');
  const fresh = foldersOf(root).some((project) =>
    foldersOf(join(root, project, 'chats')).some((name) => name.startsWith(file)),
  );
  return fresh ? MINUTE_MS - (now.getTime() % MINUTE_MS) + 100 : 0;
}

function foldersOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // there are no conversations
  }
}
