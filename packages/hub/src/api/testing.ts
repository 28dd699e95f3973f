import { DONE, type Hub, type Os } from './context.ts';
import { withWireErrors } from './errors.ts';

export function testingProcedures(os: Os, { testing, once, log }: Hub) {
  const api = os.testing;
  return api.router({
    suggest: api.suggest.handler(({ input }) => testing.suggest(input.projectId)),
    start: api.start.handler(({ input }) =>
      once.run('testing.start', input, () => ({ runId: testing.start(input.projectId, input.onlyFailed) })),
    ),
    cancel: api.cancel.handler(({ input }) =>
      once.run('testing.cancel', input, async () => {
        await testing.cancel(input.projectId);
        return DONE;
      }),
    ),
    follow: api.follow.handler(({ input, signal, path }) =>
      withWireErrors(testing.follow(input.projectId, signal), path, log),
    ),
    report: api.report.handler(({ input }) => testing.report(input.projectId, input.runId)),
    artefacts: api.artefacts.handler(({ input }) => testing.artefacts(input.projectId)),
  });
}
