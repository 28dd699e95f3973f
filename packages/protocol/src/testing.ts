import { z } from 'zod';
import { ProjectId } from './ids.ts';

/** A run that takes longer is ended. In ms. */
export const TEST_LIMIT_MS = 60 * 60_000;
/** Single tests that a report has; what failed comes first when there are more. */
export const MAX_TEST_CASES = 5_000;
export const MAX_TEST_MESSAGE_CHARS = 8_000;
/** What is kept of a run's output while it is the newest: its end. */
export const MAX_TEST_OUTPUT_CHARS = 512 * 1024;
/** Runs that are remembered of each project. */
export const MAX_TEST_RUNS = 20;
export const MAX_SCREENSHOTS = 200;

export const TestStatus = z.enum(['passed', 'failed', 'skipped']);
export type TestStatus = z.infer<typeof TestStatus>;

/** One test, as its reporter told of it. */
export const TestCase = z.object({
  name: z.string(),
  /** What it stands in: a `describe`, a class, a package. Outermost first. */
  suite: z.array(z.string()),
  /** As the reporter writes it: mostly from the project's folder on. */
  file: z.string().nullable(),
  line: z.number().int().positive().nullable(),
  status: TestStatus,
  durationMs: z.number().nonnegative().nullable(),
  /** Why it failed; empty otherwise. */
  message: z.string(),
});
export type TestCase = z.infer<typeof TestCase>;

export const TestTotals = z.object({
  passed: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  skipped: z.number().int().nonnegative(),
});
export type TestTotals = z.infer<typeof TestTotals>;

/** What was understood of a run's output and the files that it wrote. */
export const TestReport = z.object({
  /** `junit`, `tap`, `go`, `vitest`…; null when nothing was understood. */
  reporter: z.string().nullable(),
  /** By the reporter's own count; it may name fewer tests than it counts. */
  totals: TestTotals,
  cases: z.array(TestCase),
});
export type TestReport = z.infer<typeof TestReport>;

/** How a run's command ended, as the machine says it (request `tests.run`). */
export const TestOutcome = z.object({
  end: z.enum(['exited', 'cancelled', 'timedOut']),
  /** Null when a signal ended it. */
  code: z.number().int().nullable(),
  why: z.string(),
  report: TestReport,
});
export type TestOutcome = z.infer<typeof TestOutcome>;

export const TestRunId = z.string().min(1).max(64).brand<'TestRunId'>();
export type TestRunId = z.infer<typeof TestRunId>;

/** One run of a project's test command. The hub remembers the last ones, for as long as it runs. */
export const TestRun = z.object({
  id: TestRunId,
  projectId: ProjectId,
  command: z.string(),
  /** Only what had failed before. */
  onlyFailed: z.boolean(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  /** `error`: it did not come to testing, or nobody knows how it ended. */
  status: z.enum(['running', 'passed', 'failed', 'error', 'cancelled']),
  /** How it ended, in words; empty while it runs. */
  why: z.string(),
  reporter: z.string().nullable(),
  totals: TestTotals,
  /** The test that failed can be run alone by its reporter. */
  canRerunFailed: z.boolean(),
});
export type TestRun = z.infer<typeof TestRun>;

/** One yield of `testing.follow`; the first is `runs`. */
export type TestFrame =
  /** Newest first, whole; told whenever one begins or ends. `output`: of the newest, so far. */
  { kind: 'runs'; runs: TestRun[]; output: string } | { kind: 'output'; runId: TestRunId; text: string };

/** A command that the project's files suggest. */
export const TestSuggestion = z.object({ command: z.string(), from: z.string() });
export type TestSuggestion = z.infer<typeof TestSuggestion>;

/** What testing left in the project's folder. Paths are from it on. */
export const TestArtefacts = z.object({
  screenshots: z.array(z.object({ path: z.string(), mtimeMs: z.number(), size: z.number() })),
  /** There are more than are listed: these are the newest. */
  more: z.boolean(),
  /** The last lines of `.selenium/session.log`; null when there is none. */
  log: z.string().nullable(),
});
export type TestArtefacts = z.infer<typeof TestArtefacts>;
/** Where artefacts are looked for, as patterns of `files.watch`. */
export const TEST_ARTEFACTS: readonly string[] = [
  '.selenium/screenshots/**',
  '.selenium/session.log',
  'test-results/**',
];
