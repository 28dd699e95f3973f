import type { Hub, Os } from './context.ts';

export function filesProcedures(os: Os, { files }: Hub) {
  const api = os.files;
  return api.router({
    list: api.list.handler(({ input }) => files.list(input.projectId, input.path)),
    read: api.read.handler(({ input }) => files.read(input.projectId, input.path)),
    find: api.find.handler(({ input }) => files.find(input.projectId, input.query, input.limit)),
    folders: api.folders.handler(({ input }) => files.folders(input.path)),
  });
}
