import { isAlive, type ProcessRef } from '@agor/runtime';

/** Waits until a killed process is gone: the kernel closes its files a moment before. Fails when it stays. */
export async function untilGone(process: ProcessRef | null): Promise<void> {
  if (!process) throw new Error('there was no such process');
  for (let looks = 0; isAlive(process); looks++) {
    if (looks > 2_000) throw new Error(`process ${process.pid} still lives`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
