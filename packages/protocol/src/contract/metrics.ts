import { MetricsQuery, MetricsReport } from '../metrics.ts';
import { base } from './base.ts';

/** What turns took: a projection of the sessions' logs. Ask again when a turn has ended. */
export const metrics = {
  /** The last `days` UTC days with today; days on which nothing ran are not in it. */
  report: base.input(MetricsQuery).output(MetricsReport),
};
