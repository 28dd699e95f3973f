import type { NotificationType } from '@agor/protocol';

/** The types, as the settings name them: those that hold an agent up first. */
export const TYPES: readonly { readonly type: NotificationType; readonly label: string; readonly hint: string }[] = [
  {
    type: 'agent_error',
    label: 'An agent needs you',
    hint: 'It asks, failed, has to be signed in, or reached its usage limit.',
  },
  { type: 'agent_complete', label: 'An agent has finished', hint: 'Its last prompt is done and none waits.' },
  { type: 'task_review', label: 'A task is ready for review', hint: 'An agent moved it there.' },
  { type: 'conflict', label: 'Several write one file', hint: 'Two agents, or an agent and somebody else.' },
  { type: 'context_full', label: 'A context is nearly full', hint: 'Of the model of one agent: 90 % and more.' },
  { type: 'wake_event', label: 'An agent was woken', hint: 'By its interval or one of its triggers.' },
  { type: 'system', label: 'agor itself', hint: 'Budgets, problems, a machine that does not answer.' },
];
