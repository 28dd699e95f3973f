import {
  type ProjectId,
  TEST_LIMIT_MS,
  TestArtefacts,
  type TestFrame,
  TestOutcome,
  type TestReport,
  type TestRun,
  TestRunId,
  TestSuggestion,
} from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import { z } from 'zod';
import type { Machine } from '../core/index.ts';
import { Failure, notFound, rejected } from '../failure.ts';
import { awaitLoginEnvironment } from '../login-environment.ts';
import { ProjectRuns } from './project-runs.ts';
import { rerunCommand } from './rerun-command.ts';
import { runStream } from './run-stream.ts';

export interface TestingOptions {
  readonly machine: Pick<Machine, 'request' | 'environment'>;
  readonly clock: Clock;
  /** A project's folder; throws `Failure` NOT_FOUND when there is no such project. */
  readonly rootOf: (id: ProjectId) => string;
  /** The setting `test_command` as it holds for a project. */
  readonly commandOf: (id: ProjectId) => string;
}

/** Beyond the machine's own limit. In ms. */
const GRACE_MS = 60_000;
/** Projects whose runs are remembered; those tested longest ago are forgotten. */
const MAX_PROJECTS = 100;
const NOTHING: TestReport = { reporter: null, totals: { passed: 0, failed: 0, skipped: 0 }, cases: [] };

/** Runs of the projects' test commands: one of a project at a time, remembered for as long as the hub runs. */
export class TestingRuns {
  readonly #projects = new Map<ProjectId, ProjectRuns>();

  constructor(private readonly options: TestingOptions) {}

  async suggest(id: ProjectId): Promise<TestSuggestion[]> {
    return z.array(TestSuggestion).parse(await this.#ask('tests.suggest', { root: this.options.rootOf(id) }));
  }

  async artefacts(id: ProjectId): Promise<TestArtefacts> {
    return TestArtefacts.parse(await this.#ask('tests.artefacts', { root: this.options.rootOf(id) }));
  }

  /** Starts a run. Throws `Failure` REJECTED: one runs, no command, or what failed can't be run alone. */
  start(id: ProjectId, onlyFailed: boolean): TestRunId {
    const root = this.options.rootOf(id);
    const runs = this.#runs(id);
    if (runs.newest?.run.status === 'running') throw rejected('The tests of this project are running already.');
    const command = this.#command(id, runs, onlyFailed);
    const run: TestRun = {
      id: TestRunId.parse(crypto.randomUUID()),
      projectId: id,
      command,
      onlyFailed,
      startedAt: this.options.clock.now(),
      endedAt: null,
      status: 'running',
      why: '',
      reporter: null,
      totals: NOTHING.totals,
      canRerunFailed: false,
    };
    this.#makeRoom(id, runs);
    runs.begin(run);
    void this.#run(runs, run, root);
    return run.id;
  }

  /** Ends the run of a project; without one nothing happens. What it came to is told as for every run. */
  async cancel(id: ProjectId): Promise<void> {
    const run = this.#projects.get(id)?.newest?.run;
    if (run?.status === 'running') await this.#ask('tests.cancel', { id: run.id });
  }

  follow(id: ProjectId, signal: AbortSignal | undefined): AsyncGenerator<TestFrame, void> {
    this.options.rootOf(id);
    const runs = this.#runs(id);
    this.#makeRoom(id, runs);
    return runStream(runs, signal);
  }

  /** Throws `Failure` NOT_FOUND for a run that is forgotten, REJECTED while it runs. */
  report(id: ProjectId, runId: TestRunId): { readonly report: TestReport; readonly output: string } {
    const kept = this.#projects.get(id)?.find(runId);
    if (!kept) throw notFound('This run is not remembered any more.');
    if (!kept.report) throw rejected('This run has not ended yet.');
    return { report: kept.report, output: kept.output };
  }

  #command(id: ProjectId, runs: ProjectRuns, onlyFailed: boolean): string {
    const command = this.options.commandOf(id).trim();
    if (command === '') throw rejected('This project has no test command yet. Set one in the Testing tab.');
    if (!onlyFailed) return command;
    const report = runs.newest?.report;
    const rerun = report ? rerunCommand(command, report) : null;
    if (rerun === null) throw rejected('What failed can’t be run alone here. Run all tests.');
    return rerun;
  }

  async #run(runs: ProjectRuns, run: TestRun, root: string): Promise<void> {
    const { machine, clock, commandOf } = this.options;
    try {
      await awaitLoginEnvironment(machine, clock);
      const params = { id: run.id, command: run.command, root };
      const onProgress = (text: string) => runs.said(run.id, text);
      const answer = await machine.request('tests.run', params, { timeoutMs: TEST_LIMIT_MS + GRACE_MS, onProgress });
      const { report, ...outcome } = TestOutcome.parse(answer);
      const { reporter, totals } = report;
      const canRerunFailed = rerunCommand(commandOf(run.projectId), report) !== null;
      const ended = { endedAt: clock.now(), status: statusOf({ ...outcome, report }), why: outcome.why };
      runs.ended(run.id, { ...ended, reporter, totals, canRerunFailed }, report);
    } catch (error) {
      // The machine or the project is gone, or it could not be started: the run says so. A bug is told by the same words.
      const why = error instanceof Failure ? error.message : `agor made a mistake: ${(error as Error).message}`;
      runs.ended(run.id, { endedAt: clock.now(), status: 'error', why }, NOTHING);
    }
  }

  #runs(id: ProjectId): ProjectRuns {
    return this.#projects.get(id) ?? new ProjectRuns();
  }

  #makeRoom(id: ProjectId, runs: ProjectRuns): void {
    this.#projects.delete(id); // so that it counts as the newest
    this.#projects.set(id, runs);
    if (this.#projects.size <= MAX_PROJECTS) return;
    const idle = [...this.#projects].find(([, { newest }]) => newest?.run.status !== 'running');
    if (idle && idle[0] !== id) this.#projects.delete(idle[0]);
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    return this.options.machine.request(method, params);
  }
}

/** A command that failed without a test that failed did not come to testing, or its tests say nothing. */
function statusOf({ end, code, report }: TestOutcome): TestRun['status'] {
  if (end === 'cancelled') return 'cancelled';
  if (end === 'timedOut') return 'error';
  if (report.totals.failed > 0) return 'failed';
  if (code === 0) return 'passed';
  return report.reporter === null || report.totals.passed === 0 ? 'error' : 'failed';
}
