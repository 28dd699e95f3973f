import {
  MAX_TEST_OUTPUT_CHARS,
  MAX_TEST_RUNS,
  type TestFrame,
  type TestReport,
  type TestRun,
  type TestRunId,
} from '@agor/protocol';

/** Of runs that are not the newest, less output is kept. */
const OLDER_OUTPUT_CHARS = 64 * 1024;

export interface KeptRun {
  run: TestRun;
  output: string;
  report: TestReport | null;
}

/** The runs of one project, newest first, and who follows them. */
export class ProjectRuns {
  readonly #kept: KeptRun[] = [];
  readonly #followers = new Set<(frame: TestFrame) => void>();

  get newest(): KeptRun | undefined {
    return this.#kept[0];
  }

  find(id: TestRunId): KeptRun | undefined {
    return this.#kept.find(({ run }) => run.id === id);
  }

  begin(run: TestRun): void {
    const [before] = this.#kept;
    if (before) before.output = before.output.slice(-OLDER_OUTPUT_CHARS);
    this.#kept.unshift({ run, output: '', report: null });
    this.#kept.splice(MAX_TEST_RUNS);
    this.#tell(this.standing());
  }

  said(id: TestRunId, text: string): void {
    const kept = this.find(id);
    if (!kept) return;
    kept.output = (kept.output + text).slice(-MAX_TEST_OUTPUT_CHARS);
    this.#tell({ kind: 'output', runId: id, text });
  }

  ended(id: TestRunId, change: Partial<TestRun>, report: TestReport): void {
    const kept = this.find(id);
    if (!kept) return;
    kept.run = { ...kept.run, ...change };
    kept.report = report;
    this.#tell(this.standing());
  }

  standing(): TestFrame {
    return { kind: 'runs', runs: this.#kept.map(({ run }) => run), output: this.newest?.output ?? '' };
  }

  follow(listener: (frame: TestFrame) => void): Disposable {
    this.#followers.add(listener);
    return { [Symbol.dispose]: () => void this.#followers.delete(listener) };
  }

  #tell(frame: TestFrame): void {
    for (const listener of this.#followers) listener(frame);
  }
}
