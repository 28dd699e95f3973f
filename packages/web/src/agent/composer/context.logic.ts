export interface ContextUse {
  /** "34% of 200k". */
  text: string;
  percent: number;
  /** A token; plain below half. */
  color: 'overlay1' | 'yellow' | 'peach' | 'red';
}

/** How full the model's window is (spec §10.7: 50, 75, 90 %), or null when the agent has not said. */
export function contextUse(used: number | null, window: number | null): ContextUse | null {
  if (used === null || !window) return null;
  const percent = Math.min(100, Math.round((used / window) * 100));
  const color = percent >= 90 ? 'red' : percent >= 75 ? 'peach' : percent >= 50 ? 'yellow' : 'overlay1';
  const size = window >= 1_000_000 ? `${Math.round(window / 100_000) / 10}M` : `${Math.round(window / 1000)}k`;
  return { text: `${percent}% of ${size}`, percent, color };
}
