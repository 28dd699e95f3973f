import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import { ProjectId } from '../ids.ts';
import { TestArtefacts, type TestFrame, TestReport, TestRunId, TestSuggestion } from '../testing.ts';
import { base, command, done } from './base.ts';

const project = z.object({ projectId: ProjectId });

/** Runs of a project's test command: the person starts them, and they have the person's environment, as a terminal has. */
export const testing = {
  /** What the project's files say how it is tested; nothing is run. */
  suggest: base.input(project).output(z.array(TestSuggestion)),
  /** REJECTED while one runs, without a command, and with `onlyFailed` when that can't be done. */
  start: base
    .input(command.extend({ projectId: ProjectId, onlyFailed: z.boolean().default(false) }))
    .output(z.object({ runId: TestRunId })),
  /** Ends the run with everything that it started. One that has ended is left as it is. */
  cancel: base.input(command.extend({ projectId: ProjectId })).output(done),
  /** The runs of a project and what the newest says, until the client ends it. */
  follow: base.input(project).output(eventIterator(type<TestFrame>())),
  /** Of a run that has ended. `output`: its end. */
  report: base.input(project.extend({ runId: TestRunId })).output(z.object({ report: TestReport, output: z.string() })),
  artefacts: base.input(project).output(TestArtefacts),
};
