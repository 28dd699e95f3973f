import {
  MAX_TEST_OUTPUT_CHARS,
  type ProjectId,
  TEST_ARTEFACTS,
  type TestArtefacts,
  type TestReport,
  type TestRun,
  type TestRunId,
} from '@agor/protocol';
import type { App } from '../../../state/app.svelte.ts';
import { noRetry } from '../../../state/client.ts';
import { explain } from '../../../state/commands.svelte.ts';

const LIMIT_MS = 20_000;
/** Before a lost stream is begun again. */
const AGAIN_MS = 2_000;

/** The runs of a project's tests, as a Testing tab shows them. */
export class ProjectTests implements Disposable {
  /** Newest first; null: not known yet. */
  runs = $state.raw<readonly TestRun[] | null>(null);
  /** What the newest says. */
  output = $state('');
  #chosen = $state<TestRunId | null>(null);
  readonly shown = $derived(this.runs?.find(({ id }) => id === this.#chosen) ?? this.runs?.[0] ?? null);
  readonly newest = $derived(this.runs?.[0] ?? null);
  report = $state.raw<{ readonly of: TestRunId; readonly report: TestReport; readonly output: string } | null>(null);
  artefacts = $state.raw<TestArtefacts | null>(null);
  problem = $state('');
  readonly #ending = new AbortController();

  constructor(
    private readonly app: App,
    private readonly projectId: ProjectId,
  ) {
    void this.#again(() => this.#follow());
    void this.#again(() => this.#watch());
  }

  choose(id: TestRunId): void {
    this.#chosen = id === this.newest?.id ? null : id;
    void this.#read();
  }

  async start(onlyFailed = false): Promise<void> {
    const { commands, client } = this.app;
    this.#chosen = null;
    await commands.run(`tests:${this.projectId}`, 'The tests were not started', (commandId, options) =>
      client.testing.start({ commandId, projectId: this.projectId, onlyFailed }, options),
    );
  }

  async cancel(): Promise<void> {
    const { commands, client } = this.app;
    await commands.run(`tests:${this.projectId}`, 'The run was not cancelled', (commandId, options) =>
      client.testing.cancel({ commandId, projectId: this.projectId }, options),
    );
  }

  [Symbol.dispose](): void {
    this.#ending.abort();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ending;
    const frames = await this.app.client.testing.follow({ projectId: this.projectId }, { signal, context: noRetry });
    for await (const frame of frames) {
      this.problem = '';
      if (frame.kind === 'output') this.output = (this.output + frame.text).slice(-MAX_TEST_OUTPUT_CHARS);
      else {
        this.runs = frame.runs;
        this.output = frame.output;
        void this.#read();
      }
    }
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ending;
    const input = { projectId: this.projectId, patterns: [...TEST_ARTEFACTS] };
    const frames = await this.app.client.files.watch(input, { signal, context: noRetry });
    for await (const frame of frames) if (frame.kind !== 'problem') await this.#readArtefacts();
  }

  async #readArtefacts(): Promise<void> {
    const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(LIMIT_MS)]);
    this.artefacts = await this.app.client.testing.artefacts({ projectId: this.projectId }, { signal });
  }

  async #read(): Promise<void> {
    const { shown, projectId } = this;
    if (!shown || shown.status === 'running' || this.report?.of === shown.id) return;
    try {
      const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(LIMIT_MS)]);
      const read = await this.app.client.testing.report({ projectId, runId: shown.id }, { signal });
      if (this.shown?.id === shown.id) this.report = { of: shown.id, ...read };
    } catch (error) {
      if (!this.#ending.signal.aborted) this.problem = explain(error);
    }
  }

  /** A stream ends when the connection or the machine goes: it is begun again until this is disposed of. */
  async #again(stream: () => Promise<void>): Promise<void> {
    while (!this.#ending.signal.aborted) {
      try {
        await stream();
      } catch (error) {
        if (!this.#ending.signal.aborted && this.runs === null) this.problem = explain(error);
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
