import { resolve } from 'node:path';

const LIMIT_MS = 3_000;

export interface GitConfigPlaces {
  /** Every file that git reads as configuration for this repository, included ones among them. */
  readonly files: string[];
  /** Folders of hooks other than the usual one. */
  readonly hooks: string[];
}

/** Asks git which files configure a repository. Nothing of the repository runs thereby. Empty where git is missing or refuses. */
export async function gitConfigPlaces(top: string, env: Readonly<Record<string, string>>): Promise<GitConfigPlaces> {
  const output = await runGitConfig(top, env, ['config', '--list', '--show-origin', '-z', '--includes']);
  const files = new Set<string>();
  const hooks = new Set<string>();
  const fields = output.split('\0');
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const origin = fields[i] as string;
    if (origin.startsWith('file:')) files.add(resolve(top, origin.slice('file:'.length)));
    const [key = '', value] = splitOnce(fields[i + 1] as string, '\n');
    if (key === 'core.hookspath' && value) hooks.add(resolve(top, value.replace(/^~(?=\/)/, env.HOME ?? '~')));
  }
  return { files: [...files], hooks: [...hooks] };
}

/** Keys of one configuration file that only say how a repository is stored and called: none of them makes git run a program. */
const HARMLESS =
  /^(core\.(repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|symlinks|autocrlf|eol)|user\.(name|email)|init\.defaultbranch|extensions\.(objectformat|refstorage)|branch\..*|remote\..*\.(url|fetch))$/;

/** The keys of a file that could make git run something, or lead it elsewhere; null when git can't read it. */
export async function dangerousKeys(file: string): Promise<string[] | null> {
  const output = await runGitConfig('/', {}, ['config', '--file', file, '--no-includes', '--list', '-z']);
  const keys = output.split('\0').flatMap((entry) => (entry === '' ? [] : [splitOnce(entry, '\n')[0]]));
  return keys.length === 0 ? null : keys.filter((key) => !HARMLESS.test(key));
}

async function runGitConfig(cwd: string, env: Readonly<Record<string, string>>, args: string[]): Promise<string> {
  try {
    const child = Bun.spawn(['git', ...args], {
      cwd,
      env: { PATH: env.PATH || process.env.PATH || '/usr/bin:/bin', HOME: env.HOME ?? '/', ...gitVariables(env) },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    const [text, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
    return code === 0 ? text : '';
  } catch {
    return ''; // no git: then nothing of it needs to be guarded by its own word
  }
}

/** Where the person's own settings lie; nothing that leads to another repository. */
function gitVariables(env: Readonly<Record<string, string>>): Record<string, string> {
  const names = ['XDG_CONFIG_HOME', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM'];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
