import { DONE, type Hub, type Os } from './context.ts';
import { withWireErrors } from './errors.ts';

export function filesProcedures(os: Os, hub: Hub) {
  const { files, log } = hub;
  const api = os.files;
  return api.router({
    list: api.list.handler(({ input }) => files.list(input.projectId, input.path, input.hidden)),
    read: api.read.handler(({ input }) => files.read(input.projectId, input.path)),
    ...changeProcedures(os, hub),
    watch: api.watch.handler(({ input, signal, path }) =>
      withWireErrors(files.watch(input.projectId, input, signal), path, log),
    ),
    marks: api.marks.handler(({ input }) => files.marks(input.projectId)),
    find: api.find.handler(({ input }) => files.find(input.projectId, input.query, input.limit)),
    search: api.search.handler(({ input, signal }) => files.search(input.projectId, input.query, signal)),
    folders: api.folders.handler(({ input }) => files.folders(input.path)),
  });
}

function changeProcedures({ files: api }: Os, { files, once }: Hub) {
  return {
    // Not remembered, for its content is large: written again, the same content is what is there already.
    write: api.write.handler(({ input }) => files.write(input.projectId, input.path, input.content, input.expected)),
    create: api.create.handler(({ input }) =>
      once.run('files.create', input, async () => {
        await files.create(input.projectId, input.path, input.kind);
        return DONE;
      }),
    ),
    rename: api.rename.handler(({ input }) =>
      once.run('files.rename', input, () => files.rename(input.projectId, input.from, input.to, input.overwrite)),
    ),
    trash: api.trash.handler(({ input }) =>
      once.run('files.trash', input, () => files.trash(input.projectId, input.path, input.permanently)),
    ),
    restore: api.restore.handler(({ input }) =>
      once.run('files.restore', input, async () => {
        await files.restore(input.projectId, input.restoreId);
        return DONE;
      }),
    ),
  };
}
