import type { ProjectId } from '@agor/protocol';
import type { ProjectFiles } from './project-files.svelte.ts';

/** The Files tabs that are mounted, for commands: their code is loaded with the first tab, and only then is there something to command. */
const mounted = new Map<ProjectId, ProjectFiles>();

export function mountFiles(files: ProjectFiles): () => void {
  mounted.set(files.projectId, files);
  return () => {
    if (mounted.get(files.projectId) === files) mounted.delete(files.projectId);
  };
}

export function filesOf(projectId: ProjectId | null): ProjectFiles | null {
  return projectId === null ? null : (mounted.get(projectId) ?? null);
}
