import { ANCHOR_BUDGETS, type Anchor, type AnchorBudgetScale, type ProjectAnchors } from '@agor/protocol';
import { count } from '../../../ui/format.ts';

const SCALES: Readonly<Record<AnchorBudgetScale, string>> = {
  small: 'Small',
  medium: 'Medium',
  large: 'Large',
  full: 'Full',
};

/** "Medium: 6.1 k tokens". */
export function scaleText(scale: AnchorBudgetScale): string {
  return `${SCALES[scale]}: ${count(ANCHOR_BUDGETS[scale])} tokens`;
}

export interface AnchorWords {
  readonly kind: string;
  readonly tone: 'plain' | 'blue' | 'green' | 'yellow';
  /** What it means for the next run. */
  readonly meaning: string;
}

export function anchorWords({ id, kind }: Anchor, { injected }: ProjectAnchors): AnchorWords {
  if (kind === 'pinned')
    return { kind: 'Pinned', tone: 'plain', meaning: 'Kept here. Promote it, and it goes with every run.' };
  const told = kind === 'auto' ? 'Automatic' : 'Promoted';
  if (!injected.includes(id))
    return {
      kind: `${told}, left out`,
      tone: 'yellow',
      meaning: 'Does not fit into the budget beside the others. Choose a larger one, or remove some.',
    };
  return kind === 'auto'
    ? { kind: told, tone: 'green', meaning: 'Kept when a conversation was first compacted. Goes with every run.' }
    : { kind: told, tone: 'blue', meaning: 'Goes with every run.' };
}
