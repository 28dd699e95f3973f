import type { Notification } from '@agor/protocol';

export type Urgency = 'low' | 'normal' | 'critical';

/** What is shown. */
export interface Shown {
  readonly title: string;
  readonly body: string;
  readonly urgency: Urgency;
}

/** A way to the desktop that the hub runs on. */
export interface Desktop {
  /** What closes it again, or '' where nothing can; null when it was not shown. */
  show(what: Shown): Promise<string | null>;
  close(handle: string): Promise<void>;
}

/** Spec §8.4: what an agent waits with, or failed at, comes first. */
export function urgencyOf({ type }: Pick<Notification, 'type'>): Urgency {
  if (type === 'agent_error') return 'critical';
  return type === 'conflict' || type === 'system' ? 'normal' : 'low';
}
