import type { ProjectId } from '@agor/protocol';
import type { ProjectTests } from './testing-runs.svelte.ts';

/** The Testing tabs that stand, for the commands. */
export const testsOf = new Map<ProjectId | null, ProjectTests>();
