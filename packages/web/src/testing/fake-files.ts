import { contract, type FileEntry } from '@agor/protocol';
import { implement, ORPCError } from '@orpc/server';

const folders: Record<string, string[]> = {
  '/home/you': ['code', 'notes'],
  '/home/you/code': ['billing-api', 'worker', 'web-shop'],
  '/home/you/notes': [],
};
const files: Record<string, string> = {
  'README.md': '# billing-api\n\nCharges, invoices, exports.\n',
  'src/main.ts': "import { serve } from './server.ts';\n\nserve({ port: 3100 });\n",
};

/** A small tree of files, the same in every project. */
export function fakeFiles() {
  const os = implement(contract).files;
  return {
    list: os.list.handler(({ input }): FileEntry[] => {
      const prefix = input.path ? `${input.path}/` : '';
      const names = Object.keys(files).filter((path) => path.startsWith(prefix));
      const children = new Set(names.map((path) => path.slice(prefix.length).split('/')[0] ?? ''));
      return [...children].map((name) => {
        const path = prefix + name;
        const content = files[path];
        return { name, path, isDir: content === undefined, size: content?.length ?? 0, ext: name.split('.')[1] ?? '' };
      });
    }),
    read: os.read.handler(({ input }) => {
      const content = files[input.path];
      if (content === undefined) throw new ORPCError('NOT_FOUND', { message: `There is no file ${input.path}.` });
      return { kind: 'text', content, lang: 'typescript', size: content.length };
    }),
    find: os.find.handler(({ input }) => Object.keys(files).filter((path) => path.includes(input.query))),
    folders: os.folders.handler(({ input }) => {
      const path = input.path === '' || input.path === '~' ? '/home/you' : input.path.replace(/\/$/, '');
      const inside = folders[path];
      if (!inside) throw new ORPCError('NOT_FOUND', { message: `There is no folder ${path}.` });
      const parent = path === '/home/you' ? null : path.slice(0, path.lastIndexOf('/'));
      return { path, parent, folders: inside.map((name) => ({ name, isRepo: path.endsWith('/code') })) };
    }),
  };
}
