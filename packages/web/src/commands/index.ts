/**
 * Everything that the application can do, as a list.
 *
 * A domain names its commands in `<domain>/commands.ts` and adds them to `built-in.ts`:
 *
 *     export const noteCommands: readonly AppCommand[] = [
 *       {
 *         id: 'note.new',                       // stable, dotted
 *         title: 'New note',
 *         category: 'Project',
 *         keywords: 'write memo',
 *         keys: ['Mod+Alt+N'],                  // defaults; the person may choose others
 *         when: (app) => app.workspace.focused !== null,
 *         run: (app) => noteActions(app).create(),   // the same function that the button calls
 *       },
 *     ];
 *
 * What there is one of for each thing (group, theme) is a function `(app) => AppCommand[]` instead. What comes and goes is registered:
 * `const end = app.commandList.register(commands)`, and `end()` takes it back.
 *
 * A control that does the same shows its keys by `title={app.commandList.tip('New note', 'note.new')}`, or `hint={app.commandList.hint('note.new')}`
 * where the primitive has a `hint`. Nothing else listens for keys on the window.
 */
export type { AppCommand, CommandSource } from './command.ts';
export { isEditing, isMac } from './keys.ts';
export { listenForShortcuts } from './listen.ts';
