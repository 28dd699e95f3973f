import type { ActivityState, ProjectHealth } from '@agor/protocol';

/** What an agent does, as it is shown: words, and a token's name. */
export interface ActivityWords {
  readonly text: string;
  readonly color: 'green' | 'yellow' | 'peach' | 'overlay1';
}

const colors: Readonly<Record<ActivityState, ActivityWords['color']>> = {
  running: 'green',
  idle: 'yellow',
  stalled: 'peach',
  inactive: 'overlay1',
};

/** "Bash · 3 m", "thinks · 1 m", "stalled · 16 m in Bash", "at rest". `toolMs`: how long the tool has run, where it is known. */
export function activityWords(
  health: Pick<ProjectHealth, 'activityState' | 'activeTool' | 'idleDurationMs'> | undefined,
  toolMs: number | null = null,
): ActivityWords {
  const state = health?.activityState ?? 'inactive';
  const color = colors[state];
  switch (state) {
    case 'running':
      return { color, text: withTime(health?.activeTool ?? 'a tool', toolMs ?? 0) };
    case 'idle':
      return { color, text: withTime('thinks', health?.idleDurationMs ?? 0) };
    case 'stalled': {
      const tool = health?.activeTool ? ` in ${health.activeTool}` : '';
      return { color, text: `${withTime('stalled', health?.idleDurationMs ?? 0)}${tool}` };
    }
    case 'inactive':
      return { color, text: 'at rest' };
  }
}

function withTime(text: string, ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return text;
  return `${text} · ${minutes < 120 ? `${minutes} m` : `${Math.floor(minutes / 60)} h`}`;
}
