import type { ProjectId } from '@agor/protocol';

/** What shows a file. */
export type ViewerKind = 'text' | 'image' | 'pdf' | 'table' | 'markdown';

const IMAGE = /\.(png|jpe?g|gif|webp|bmp|ico|avif|svg)$/i;
const TABLE = /\.(csv|tsv|tab)$/i;
const MARKDOWN = /\.(md|markdown|mdx)$/i;

/** By a file's name. What the browser may show of its content, the hub decides. */
export function viewerOf(path: string): ViewerKind {
  if (IMAGE.test(path)) return 'image';
  if (/\.pdf$/i.test(path)) return 'pdf';
  if (TABLE.test(path)) return 'table';
  return MARKDOWN.test(path) ? 'markdown' : 'text';
}

/** Where the hub gives a file out as it is. `version`: so that another one is not taken from the browser's memory. */
export function rawUrl(
  projectId: ProjectId,
  path: string,
  options: { version?: string; download?: boolean } = {},
): string {
  const place = path.split('/').map(encodeURIComponent).join('/');
  const query = new URLSearchParams();
  if (options.version) query.set('v', options.version);
  if (options.download) query.set('download', '');
  const asked = query.toString();
  return `/project-file/${encodeURIComponent(projectId)}/${place}${asked ? `?${asked}` : ''}`;
}

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
/** Whether `path` is `folder` or lies below it. */
export const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
