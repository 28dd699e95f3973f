import type { AppCommand, CommandSource } from '../commands/index.ts';
import { sessionActions } from '../project/session-actions.ts';
import { modeLabel } from '../settings/permission-modes.ts';
import type { App } from '../state/app.svelte.ts';

/** The session that the focused box shows, with the box. */
function here({ workspace }: App) {
  const box = workspace.focused;
  return { box, session: box && workspace.shown(box) };
}
const projectName = (app: App) => here(app).box?.name ?? '';
const able = (app: App) => {
  const { session } = here(app);
  return session && app.providers.get(session.state.provider)?.capabilities;
};

/** What can be done with the session of the focused project. */
export const sessionCommands: readonly AppCommand[] = [
  {
    id: 'session.new',
    title: 'New session',
    category: 'Session',
    keywords: 'start conversation clear begin agent',
    detail: projectName,
    when: (app) => Boolean(here(app).box?.projectId),
    run: (app) => {
      const { box } = here(app);
      if (box) return sessionActions(app).create(box);
    },
  },
  {
    id: 'session.newWith',
    title: 'New session with another agent…',
    category: 'Session',
    keywords: 'provider model start',
    detail: projectName,
    when: (app) => Boolean(here(app).box?.projectId),
    run: (app) => {
      const { box } = here(app);
      if (box) app.dialog = { kind: 'newSession', box };
    },
  },
  {
    id: 'session.older',
    title: 'Older sessions…',
    category: 'Session',
    keywords: 'history past resume all',
    detail: projectName,
    when: (app) => Boolean(here(app).box?.projectId),
    run: (app) => {
      const { box } = here(app);
      if (box) app.dialog = { kind: 'olderSessions', box };
    },
  },
  {
    id: 'session.import',
    title: 'Continue a session from outside…',
    category: 'Session',
    keywords: 'import claude codex resume terminal',
    when: ({ providers }) => providers.canImport,
    run: (app) => {
      app.dialog = { kind: 'import', box: here(app).box };
    },
  },
  {
    id: 'session.rename',
    title: 'Rename session…',
    category: 'Session',
    detail: projectName,
    when: (app) => here(app).session !== null,
    run: (app) => {
      const { session } = here(app);
      if (session) app.dialog = { kind: 'renameSession', session };
    },
  },
  {
    id: 'session.fork',
    title: 'Fork session',
    category: 'Session',
    keywords: 'copy branch duplicate',
    detail: projectName,
    when: (app) => able(app)?.fork === true && here(app).session?.state.providerSessionId !== undefined,
    run: (app) => {
      const { box, session } = here(app);
      if (box && session) return sessionActions(app).fork(box, session.state.id);
    },
  },
  {
    id: 'session.interrupt',
    title: 'Interrupt the turn',
    category: 'Session',
    keywords: 'stop cancel abort esc',
    detail: projectName,
    when: (app) => {
      const state = here(app).session?.state;
      return Boolean(state && state.turn !== null && !state.stopping);
    },
    run: (app) => {
      const { session } = here(app);
      if (session) return sessionActions(app).interrupt(session.state.id);
    },
  },
  {
    id: 'session.stop',
    title: 'Stop the agent',
    category: 'Session',
    keywords: 'end process kill',
    detail: projectName,
    when: (app) => {
      const state = here(app).session?.state;
      return Boolean(state && (state.process !== null || state.health.state === 'restarting'));
    },
    run: (app) => {
      const { session } = here(app);
      if (session) return sessionActions(app).stop(session.state.id);
    },
  },
  {
    id: 'session.restart',
    title: 'Restart the agent',
    category: 'Session',
    keywords: 'process again',
    detail: projectName,
    when: (app) => here(app).session !== null,
    run: (app) => {
      const { session } = here(app);
      if (session) return sessionActions(app).restart(session.state.id);
    },
  },
  {
    id: 'session.compact',
    title: 'Compact the conversation',
    category: 'Session',
    keywords: 'context window summarize',
    detail: projectName,
    when: (app) => able(app)?.compact === true,
    run: (app) => {
      const { session } = here(app);
      if (session) return sessionActions(app).compact(session.state.id);
    },
  },
  {
    id: 'folder.addAsProject',
    title: 'Add this folder as a project',
    category: 'Project',
    detail: projectName,
    when: (app) => here(app).box?.projectId === null,
    run: (app) => {
      const { box } = here(app);
      if (box) return sessionActions(app).addAsProject(box);
    },
  },
  {
    id: 'folder.hide',
    title: 'Hide this folder',
    category: 'Project',
    detail: projectName,
    when: (app) => here(app).box?.projectId === null,
    run: (app) => {
      const { box } = here(app);
      if (box) app.workspace.hideFolder(box.cwd);
    },
  },
];

/** Models and permission modes that the focused project's session can be switched to. */
export const sessionChoices: CommandSource = (app) => {
  const { box, session } = here(app);
  const provider = session && app.providers.get(session.state.provider);
  if (!box || !session || !provider) return [];
  const { id, model, permissionMode } = session.state;
  const live = app.models.of(provider.id, box.projectId).models;
  const models = [session.state.models, live, provider.models].find((some) => some.length > 0) ?? [];
  const modes = provider.capabilities.permissionModes;
  return [
    ...(modes.length > 1 ? modes : []).map(
      (mode): AppCommand => ({
        id: `session.mode.${mode}`,
        title: `Permission mode: ${modeLabel(mode)}`,
        category: 'Session',
        keywords: 'permissions ask plan bypass edits autonomy',
        detail: projectName,
        when: () => mode !== permissionMode,
        run: () => {
          if (mode === 'bypassPermissions') app.dialog = { kind: 'confirmBypass', sessionId: id, name: box.name };
          else return sessionActions(app).set(id, { permissionMode: mode });
        },
      }),
    ),
    ...(provider.capabilities.modelList ? models : []).map(
      (one): AppCommand => ({
        id: `session.model.${one.id}`,
        title: `Model: ${one.label}`,
        category: 'Session',
        keywords: 'switch change llm',
        detail: projectName,
        when: () => one.id !== model,
        run: () => sessionActions(app).set(id, { model: one.id }),
      }),
    ),
  ];
};
