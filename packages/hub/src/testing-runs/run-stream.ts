import { MAX_TEST_OUTPUT_CHARS, type TestFrame } from '@agor/protocol';
import type { ProjectRuns } from './project-runs.ts';

/**
 * The runs of a project for one client, until `signal` aborts or it is returned. For a client that reads slowly what the command said is put
 * together; what is too much even then is told anew from what is kept.
 */
export async function* runStream(runs: ProjectRuns, signal: AbortSignal | undefined): AsyncGenerator<TestFrame, void> {
  let waiting: TestFrame[] = [runs.standing()];
  let chars = 0;
  let wake = () => {};
  using _following = runs.follow((frame) => {
    const last = waiting.at(-1);
    chars += frame.kind === 'output' ? frame.text.length : 0;
    // All that was said before is in it, so nothing before it is missed.
    if (frame.kind === 'runs' || chars > MAX_TEST_OUTPUT_CHARS) {
      waiting = [runs.standing()];
      chars = 0;
    } else if (last?.kind === 'output' && last.runId === frame.runId)
      waiting[waiting.length - 1] = { ...last, text: last.text + frame.text };
    else waiting.push(frame);
    wake();
  });
  const aborted = () => wake();
  signal?.addEventListener('abort', aborted, { once: true });
  try {
    while (!signal?.aborted) {
      const frame = waiting.shift();
      if (waiting.length === 0) chars = 0;
      if (frame) yield frame;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    signal?.removeEventListener('abort', aborted);
  }
}
