import type { AppCommand } from '../../../commands/index.ts';
import type { App } from '../../../state/app.svelte.ts';
import { editorOf, filesOf } from './handles.ts';

/** The Files tab of the focused project, while it is the one that is shown. */
function shown({ workspace }: App) {
  const box = workspace.focused;
  return box && workspace.tab(box.key) === 'files' ? filesOf(box.projectId) : null;
}
/** The tab of the focused project in which a file is edited, where that is another than Files. */
function editor({ workspace }: App) {
  const box = workspace.focused;
  const found = box ? editorOf(box.projectId, workspace.tab(box.key)) : null;
  return found?.file ? found : null;
}
const hasText = (app: App) => hasFile(app) || editor(app) !== null;
const hasFile = (app: App) => (shown(app)?.active ?? null) !== null;
const isShown = (app: App) => shown(app) !== null;
const nameOfFile = (app: App) => shown(app)?.active?.path ?? editor(app)?.file?.path ?? '';

/** Shows the Files tab of the focused project; what follows waits until it stands. */
async function show(app: App): Promise<NonNullable<ReturnType<typeof shown>> | null> {
  const box = app.workspace.focused;
  if (!box?.projectId) return null;
  app.workspace.openTab(box.key, 'files');
  for (let frame = 0; frame < 300 && !filesOf(box.projectId); frame++)
    await new Promise((resolve) => requestAnimationFrame(resolve));
  return filesOf(box.projectId);
}
const inProject = ({ workspace }: App) => (workspace.focused?.projectId ?? null) !== null;

export const fileCommands: readonly AppCommand[] = [
  {
    id: 'files.save',
    title: 'Save the file',
    category: 'Files',
    keys: ['Mod+S'],
    whileEditing: true,
    detail: nameOfFile,
    when: hasText,
    run: (app) => {
      const files = shown(app);
      return files?.active ? files.desk.save(files.active) : editor(app)?.save();
    },
  },
  {
    id: 'files.saveAll',
    title: 'Save all files',
    category: 'Files',
    when: (app) => (shown(app)?.dirty.length ?? 0) > 0,
    run: async (app) => {
      const files = shown(app);
      for (const file of files?.dirty ?? []) await files?.desk.save(file);
    },
  },
  {
    id: 'files.new',
    title: 'New file',
    category: 'Files',
    keywords: 'create add',
    when: inProject,
    run: async (app) => (await show(app))?.actions.beginNew('file'),
  },
  {
    id: 'files.newFolder',
    title: 'New folder',
    category: 'Files',
    keywords: 'create add directory',
    when: inProject,
    run: async (app) => (await show(app))?.actions.beginNew('folder'),
  },
  {
    id: 'files.find',
    title: 'Find in files',
    category: 'Files',
    keywords: 'search grep name content',
    when: inProject,
    run: async (app) => {
      const files = await show(app);
      if (files) files.searching = true;
    },
  },
  {
    id: 'files.closeTab',
    title: 'Close the file',
    category: 'Files',
    keys: ['Alt+W'],
    whileEditing: true,
    detail: nameOfFile,
    when: hasFile,
    run: (app) => {
      const files = shown(app);
      if (files?.active) files.actions.close([files.active]);
    },
  },
  {
    id: 'files.closeAll',
    title: 'Close all files',
    category: 'Files',
    when: hasFile,
    run: (app) => {
      const files = shown(app);
      files?.actions.close(files.tabs);
    },
  },
  {
    id: 'files.nextTab',
    title: 'Next open file',
    category: 'Files',
    keys: ['Alt+PageDown'],
    whileEditing: true,
    when: hasFile,
    run: (app) => shown(app)?.step(1),
  },
  {
    id: 'files.previousTab',
    title: 'Previous open file',
    category: 'Files',
    keys: ['Alt+PageUp'],
    whileEditing: true,
    when: hasFile,
    run: (app) => shown(app)?.step(-1),
  },
  {
    id: 'files.reveal',
    title: 'Show the file in the tree',
    category: 'Files',
    keywords: 'reveal locate',
    detail: nameOfFile,
    when: hasFile,
    run: (app) => {
      const files = shown(app);
      return files?.active && files.tree.reveal(files.active.path);
    },
  },
  {
    id: 'files.toggleHidden',
    title: 'Show or hide hidden files',
    category: 'Files',
    keywords: 'dot',
    when: isShown,
    run: (app) => {
      const tree = shown(app)?.tree;
      tree?.setHidden(!tree.hidden);
    },
  },
  {
    id: 'files.toggleWrap',
    title: 'Wrap long lines',
    category: 'Files',
    keywords: 'word',
    keys: ['Alt+Z'],
    whileEditing: true,
    when: hasText,
    run: (app) => {
      const place = shown(app) ?? editor(app);
      if (place) place.wrap = !place.wrap;
    },
  },
  {
    id: 'files.refresh',
    title: 'Read the files again',
    category: 'Files',
    keywords: 'reload',
    when: isShown,
    run: (app) => shown(app)?.refresh(),
  },
];
