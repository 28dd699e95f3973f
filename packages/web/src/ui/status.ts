import type { SessionStatus } from '@agor/protocol';

export interface Dot {
  label: string;
  /** A token's name. */
  color: 'green' | 'yellow' | 'red' | 'overlay0' | 'blue' | 'peach';
  halo: boolean;
  pulse: boolean;
}

/** How a session's status looks and what it is called, everywhere. Null: a box without a session. */
export function dotOf(status: SessionStatus | null): Dot {
  const dot = (label: string, color: Dot['color'], halo = true, pulse = false): Dot => ({ label, color, halo, pulse });
  switch (status) {
    case null:
      return dot('no session yet', 'overlay0', false);
    case 'running':
      return dot('running', 'green', true, true);
    case 'starting':
      return dot('starting', 'green', true, true);
    case 'retrying':
      return dot('retrying', 'peach', true, true);
    case 'stopping':
      return dot('stopping', 'peach');
    case 'waiting':
      return dot('waiting for you', 'yellow');
    case 'paused':
      return dot('paused', 'yellow');
    case 'limited':
      return dot('at a usage limit', 'peach');
    case 'failed':
      return dot('failed', 'red');
    case 'unreachable':
      return dot('unreachable', 'red', false);
    case 'done':
      return dot('done', 'overlay0', false);
    case 'stopped':
      return dot('stopped', 'overlay0', false);
    case 'idle':
      return dot('idle', 'overlay0', false);
  }
}
