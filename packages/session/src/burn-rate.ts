/** What was spent in all by a moment: a sum that never falls, in US dollars. */
export interface CostSample {
  readonly at: number;
  readonly costUsd: number;
}

/** Over which time the rate of now is taken, in ms (spec §5.1). */
const WINDOW_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
/** Samples closer than this are one: an hour of a busy agent are 360. */
const RESOLUTION_MS = 10_000;
/** Shorter spending is taken as if it had lasted so long: one answer's cost a second after its start is no rate. */
const SHORTEST_MS = 60_000;

/** The samples with a new one, without those that are older than an hour. The newest of these stays: it says what was spent until then. */
export function withSample(samples: readonly CostSample[], sample: CostSample): CostSample[] {
  const [last, before] = [samples.at(-1), samples.at(-2)];
  if (last && sample.costUsd <= last.costUsd) return samples.slice();
  const isClose = last && before && last.at - before.at < RESOLUTION_MS;
  const all = [...(isClose ? samples.slice(0, -1) : samples), sample];
  const base = all.findLastIndex(({ at }) => sample.at - at > HOUR_MS);
  return all.slice(Math.max(0, base));
}

/** US dollars per hour, by what was spent within the last five minutes. */
export function burnRatePerHour(samples: readonly CostSample[], now: number): number {
  return rateOver(samples, WINDOW_MS, now);
}

/** US dollars per hour over the last hour; null until an hour is known. */
export function hourlyBurnRate(samples: readonly CostSample[], now: number): number | null {
  const [first] = samples;
  return first && now - first.at >= HOUR_MS ? rateOver(samples, HOUR_MS, now) : null;
}

function rateOver(samples: readonly CostSample[], windowMs: number, now: number): number {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return 0;
  const base = samples.findLast(({ at }) => now - at >= windowMs);
  const elapsed = base ? windowMs : Math.max(now - first.at, SHORTEST_MS);
  return ((last.costUsd - (base ?? first).costUsd) / elapsed) * HOUR_MS;
}
