import type { SessionSummary } from '@agor/protocol';
import type { Component } from 'svelte';
import type { Box } from '../../state/boxes.ts';

/** What every tab of a project box gets. */
export interface TabProps {
  project: Box;
  /** The session that the box shows; null before the first. */
  session: SessionSummary | null;
  /** Shown now, and not just kept for the way back. */
  active: boolean;
}

export interface ProjectTab {
  id: string;
  label: string;
  /** Loaded when the tab is first shown; then mounted for as long as the box lives. */
  component(): Promise<{ default: Component<TabProps> }>;
  visibleFor(box: Box): boolean;
}

/** The tabs of a box, in their order. Adding one is adding a line. */
export const projectTabs: readonly ProjectTab[] = [
  {
    id: 'model',
    label: 'Model',
    component: () => import('../../agent/AgentPane.svelte'),
    visibleFor: () => true,
  },
  {
    id: 'docs',
    label: 'Docs',
    component: () => import('./docs/DocsTab.svelte'),
    visibleFor: (box) => box.projectId !== null,
  },
  {
    id: 'context',
    label: 'Context',
    component: () => import('./context/ContextTab.svelte'),
    visibleFor: (box) => box.projectId !== null,
  },
  {
    id: 'files',
    label: 'Files',
    component: () => import('./files/FilesTab.svelte'),
    visibleFor: (box) => box.projectId !== null,
  },
  {
    id: 'ssh',
    label: 'SSH',
    component: () => import('./ssh/SshTab.svelte'),
    visibleFor: () => true,
  },
  {
    id: 'memory',
    label: 'Memory',
    component: () => import('./memory/MemoryTab.svelte'),
    visibleFor: () => true,
  },
  {
    id: 'metrics',
    label: 'Metrics',
    component: () => import('../../metrics/MetricsTab.svelte'),
    visibleFor: (box) => box.projectId !== null,
  },
  {
    id: 'tasks',
    label: 'Tasks',
    component: () => import('./tasks/TasksTab.svelte'),
    visibleFor: (box) => box.projectId !== null,
  },
  {
    id: 'architecture',
    label: 'Architecture',
    component: () => import('./architecture/ArchitectureTab.svelte'),
    visibleFor: (box) => box.projectId !== null,
  },
  {
    id: 'testing',
    label: 'Testing',
    component: () => import('./testing/TestingTab.svelte'),
    visibleFor: (box) => box.projectId !== null,
  },
  {
    id: 'audit',
    label: 'Audit',
    component: () => import('./audit/AuditTab.svelte'),
    visibleFor: (box) => box.projectId !== null,
  },
];
