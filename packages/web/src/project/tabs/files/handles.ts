import type { ProjectId } from '@agor/protocol';
import type { OpenFile } from './open-file.svelte.ts';
import type { ProjectFiles } from './project-files.svelte.ts';

/** The Files tabs that are mounted, for commands: their code is loaded with the first tab, and only then is there something to command. */
const mounted = new Map<ProjectId, ProjectFiles>();

export function mountFiles(files: ProjectFiles): () => void {
  mounted.set(files.owner, files);
  return () => {
    if (mounted.get(files.owner) === files) mounted.delete(files.owner);
  };
}

/** Another tab of a project in which a file is edited: what the commands of files do there. */
export interface EditorHandle {
  /** Null while none is open. */
  readonly file: OpenFile | null;
  wrap: boolean;
  save(): Promise<unknown>;
}
const editors = new Map<string, EditorHandle>();
const keyOf = (projectId: ProjectId, tab: string) => `${tab} ${projectId}`;

/** @param tab its id in the registry of tabs */
export function mountEditor(projectId: ProjectId, tab: string, editor: EditorHandle): () => void {
  const key = keyOf(projectId, tab);
  editors.set(key, editor);
  return () => {
    if (editors.get(key) === editor) editors.delete(key);
  };
}

export function editorOf(projectId: ProjectId | null, tab: string): EditorHandle | null {
  return projectId === null ? null : (editors.get(keyOf(projectId, tab)) ?? null);
}

export function filesOf(projectId: ProjectId | null): ProjectFiles | null {
  return projectId === null ? null : (mounted.get(projectId) ?? null);
}
