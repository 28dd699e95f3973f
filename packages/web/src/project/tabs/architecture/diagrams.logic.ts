/** The languages of diagrams that are drawn here. */
export type DiagramKind = 'plantuml' | 'mermaid';

const ENDINGS: Record<string, DiagramKind> = {
  puml: 'plantuml',
  plantuml: 'plantuml',
  pu: 'plantuml',
  mmd: 'mermaid',
  mermaid: 'mermaid',
};
/** Fences of markdown that are drawn instead of shown. */
export const drawnFences = ['mermaid', 'plantuml', 'puml'] as const;

export function langOfFence(fence: string): DiagramKind {
  return ENDINGS[fence.toLowerCase()] ?? 'mermaid';
}

/** Null: this file is no diagram. */
export function kindOf(path: string): DiagramKind | null {
  return ENDINGS[/\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''] ?? null;
}

/** What a person calls it: the name of its file, without the ending. */
export function diagramName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.[a-z]+$/i, '');
}

/** Where new diagrams are kept (spec §10.11). */
const FOLDER = '.architecture';

/** Diagrams, those of the architecture's folder first. */
export function sortDiagrams(paths: readonly string[]): string[] {
  const rank = (path: string) => (path.startsWith(`${FOLDER}/`) ? 0 : path.startsWith('docs/') ? 1 : 2);
  return [...new Set(paths)]
    .filter((path) => kindOf(path) !== null)
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** The path of a new diagram of this name; null when that can't be a name. */
export function newPath(name: string, kind: DiagramKind): string | null {
  const stem = name.trim().replace(/\.(?:puml|plantuml|mmd|mermaid)$/i, '');
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,80}$/u.test(stem)) return null;
  return `${FOLDER}/${stem}.${kind === 'plantuml' ? 'puml' : 'mmd'}`;
}
