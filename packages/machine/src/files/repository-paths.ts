/** Longer listings end there. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The tracked and the new files of the repository that `root` lies in, ignored ones left out, from `root` on. Null when it is no repository, or there is
 * no git. Ends git when `signal` aborts or the bounds are reached. Programs that a repository's own config names are not run.
 */
export async function repositoryPaths(root: string, maxPaths: number, signal: AbortSignal): Promise<string[] | null> {
  if (!Bun.which('git')) return null;
  signal.throwIfAborted();
  const git = Bun.spawn(
    [
      'git',
      '-c',
      'core.fsmonitor=false',
      'ls-files',
      '-z',
      '--cached',
      '--others',
      '--exclude-standard',
      '--deduplicate',
    ],
    {
      cwd: root,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'ignore',
      signal,
      killSignal: 'SIGKILL',
    },
  );
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let isCut = false;
  for await (const chunk of git.stdout) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes <= MAX_BYTES) continue;
    isCut = true;
    git.kill('SIGKILL');
    break;
  }
  const code = await git.exited;
  signal.throwIfAborted();
  if (code !== 0 && !isCut) return null;
  const paths = Buffer.concat(chunks).toString().split('\0');
  paths.pop(); // empty, or cut in its middle
  return paths.slice(0, maxPaths);
}
