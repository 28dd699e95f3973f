/** Kills a process that we started, at once. One that has ended is fine. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** As `killProcess`, with the whole group that it leads. */
export function killGroup(pid: number): void {
  killProcess(-pid);
}
