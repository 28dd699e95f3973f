import type { Hub, Os } from './context.ts';

export function metricsProcedures(os: Os, { core }: Hub) {
  const api = os.metrics;
  return api.router({ report: api.report.handler(({ input }) => core.metrics.report(input)) });
}
