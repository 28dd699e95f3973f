import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { portOf, type SandboxNeeds, type SandboxPlace } from '../sandbox-needs.ts';
import { interpreterOf } from './interpreter.ts';

const HTTPS = 443;

/** The environment that Aider is installed in, and the Python that it was made from. */
function pythonFolders({ command }: SandboxPlace): string[] {
  try {
    const python = interpreterOf(command[0] ?? 'aider').find(isAbsolute);
    if (python === undefined || !existsSync(python)) return [];
    return [dirname(dirname(python)), dirname(dirname(realpathSync(python)))];
  } catch {
    return []; // the start says what is wrong with it
  }
}

/** Of what is known of Aider; the parts that a real one needs besides were never seen. */
export const aiderSandbox: SandboxNeeds = {
  write: ({ home }) => [join(home, '.aider', 'caches')],
  read: pythonFolders,
  projectGuards: ['.aider.conf.yml', '.aider.model.settings.yml', '.aider.model.metadata.json'],
  ports: ({ env }) => {
    const bases = [env.OPENAI_API_BASE, env.OPENAI_BASE_URL, env.OLLAMA_API_BASE, env.ANTHROPIC_BASE_URL];
    return [...new Set([HTTPS, ...bases.map(portOf).filter((port) => port !== null)])];
  },
};
