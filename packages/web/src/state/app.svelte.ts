import {
  type AskId,
  type GroupId,
  OPERATOR,
  type ProjectId,
  type SearchHit,
  type SessionId,
  type SessionSummary,
} from '@agor/protocol';
import { answerableAsks } from '@agor/session';
import { getContext, setContext } from 'svelte';
import { builtIn } from '../commands/built-in.ts';
import { CommandList } from '../commands/command-list.svelte.ts';
import { PluginsStore } from '../plugins/plugins.svelte.ts';
import { AgentsStore } from './agents.svelte.ts';
import { AnchorsStore } from './anchors.svelte.ts';
import { AttentionStore } from './attention.svelte.ts';
import type { Need } from './attention.ts';
import type { Box } from './boxes.ts';
import type { HubClient } from './client.ts';
import { ClockStore } from './clock.svelte.ts';
import { CommandsStore, type Failure } from './commands.svelte.ts';
import { ConflictsStore } from './conflicts.svelte.ts';
import type { ConnectionState } from './connection.svelte.ts';
import { MetricsStore } from './metrics.svelte.ts';
import { ModelsStore } from './models.svelte.ts';
import { NotificationsStore } from './notifications.svelte.ts';
import { PromptsStore } from './prompts.svelte.ts';
import { ProvidersStore } from './providers.svelte.ts';
import { SandboxStore } from './sandbox.svelte.ts';
import { SecretsStore } from './secrets.svelte.ts';
import { SessionsStore } from './sessions.svelte.ts';
import { SettingsStore } from './settings.svelte.ts';
import { SshStore } from './ssh.svelte.ts';
import { TeamStore } from './team.svelte.ts';
import { TerminalsStore } from './terminals.svelte.ts';
import { ThemesStore } from './themes.svelte.ts';
import { ToastStore } from './toasts.svelte.ts';
import { Tracing } from './tracing.ts';
import { WakesStore } from './wakes.svelte.ts';
import { WatchStore } from './watch.svelte.ts';
import { type FileToShow, WorkspaceStore } from './workspace.svelte.ts';

export type DrawerId = 'inbox' | 'comms' | 'tasks' | 'metrics' | 'plugins' | 'settings';

/** A dialog of the window; its code is loaded when it is first opened. */
export type AppDialog =
  | { readonly kind: 'exportSession'; readonly session: SessionSummary }
  | { readonly kind: 'import'; readonly box: Box | null }
  | { readonly kind: 'confirmBypass'; readonly sessionId: SessionId; readonly name: string }
  | { readonly kind: 'newSession'; readonly box: Box }
  | { readonly kind: 'olderSessions'; readonly box: Box }
  | { readonly kind: 'renameSession'; readonly session: SessionSummary }
  | { readonly kind: 'restartMachine' }
  | { readonly kind: 'stopAll' };

/** A message of the team, as the search finds it. */
type Letter = Pick<Extract<SearchHit, { kind: 'btmsg' }>, 'groupId' | 'messageId' | 'from' | 'to'>;

/** With what the search begins: words, or only one session's. */
export interface SearchBegun {
  readonly text?: string;
  readonly sessionId?: SessionId;
}

/** What the stores need of the connection; a test gives an in-process hub. */
export interface Connection {
  readonly client: HubClient;
  readonly state: ConnectionState;
  readonly since: number | null;
}

/** The stores of one window, made once and found by `useApp()`. Where they read each other, it is downwards only. */
export class App implements Disposable {
  readonly client: HubClient;
  readonly clock = new ClockStore();
  readonly settings = new SettingsStore();
  readonly themes = new ThemesStore(this.settings);
  readonly tracing = new Tracing();
  readonly providers = new ProvidersStore();
  readonly sessions = new SessionsStore();
  readonly terminals = new TerminalsStore();
  readonly workspace = new WorkspaceStore(this.sessions, this.clock);
  readonly attention = new AttentionStore(this.sessions, this.workspace);
  readonly agents: AgentsStore;
  readonly anchors: AnchorsStore;
  readonly metrics: MetricsStore;
  readonly models: ModelsStore;
  readonly notifications: NotificationsStore;
  readonly plugins: PluginsStore;
  readonly prompts: PromptsStore;
  readonly sandbox: SandboxStore;
  readonly ssh: SshStore;
  readonly secrets: SecretsStore;
  readonly team: TeamStore;
  readonly toasts = new ToastStore();
  readonly commands: CommandsStore;
  /** Everything that can be done here, for palette and keyboard. */
  readonly commandList: CommandList;
  readonly conflicts: ConflictsStore;
  readonly wakes: WakesStore;
  readonly watch: WatchStore;

  drawer = $state<DrawerId | null>(null);
  /** The section that Settings opens at. */
  settingsSection = $state('appearance');
  cheatSheet = $state(false);
  /** What the palette was opened with: words, or a sign that narrows it. Null: it is closed. */
  palette = $state<string | null>(null);
  #lastDrawer: DrawerId = 'inbox';
  dialog = $state.raw<AppDialog | null>(null);
  /** The search overlay, while it is open. */
  search = $state.raw<SearchBegun | null>(null);
  /** The place of a session's log that its pane is to show, until it does. */
  messageToShow = $state.raw<{ readonly sessionId: SessionId; readonly seq: number } | null>(null);

  constructor(
    readonly connection: Connection,
    report: (failure: Failure) => void,
  ) {
    this.client = connection.client;
    this.agents = new AgentsStore(this.client);
    this.metrics = new MetricsStore(this.client);
    this.models = new ModelsStore(this.client);
    this.sandbox = new SandboxStore(this.client);
    this.commands = new CommandsStore(report);
    this.prompts = new PromptsStore(this.client, report);
    this.anchors = new AnchorsStore(this.client, this.commands);
    this.conflicts = new ConflictsStore(this.client, this.commands);
    this.notifications = new NotificationsStore(this.client, this.commands);
    this.ssh = new SshStore(this.client);
    this.secrets = new SecretsStore(this.client);
    this.team = new TeamStore(this.client, this.commands);
    this.wakes = new WakesStore(this.client, this.commands);
    this.plugins = new PluginsStore(this);
    this.commandList = new CommandList(this);
    for (const commands of builtIn) this.commandList.register(commands);
    this.watch = new WatchStore(this.client, [
      this.settings,
      this.themes,
      this.tracing,
      this.providers,
      this.sessions,
      this.terminals,
      this.workspace,
      this.ssh,
      this.secrets,
      this.team,
      this.notifications,
      this.metrics,
      this.conflicts,
      this.wakes,
      this.anchors,
      this.plugins,
    ]);
  }

  toggleDrawer(id: DrawerId): void {
    this.drawer = this.drawer === id ? null : id;
  }

  /** Closes the side panel, or opens the one that was closed so. */
  togglePanel(): void {
    if (this.drawer) this.#lastDrawer = this.drawer;
    this.drawer = this.drawer ? null : this.#lastDrawer;
  }

  openSettings(section: string): void {
    this.settingsSection = section;
    // Below a dialog it could not be reached.
    this.dialog = null;
    this.drawer = 'settings';
  }

  /** Shows a session wherever it belongs, also one that is too old for this window's list. */
  async openSession(sessionId: SessionId): Promise<void> {
    const known = this.sessions.get(sessionId);
    if (known) return this.visit({ summary: known });
    const found = await this.commands.run(`session:open:${sessionId}`, 'The session was not opened', (_, options) =>
      this.client.session.get({ sessionId }, options),
    );
    if (!found.ok) return;
    this.sessions.keep(found.value);
    await this.visit({ summary: found.value });
  }

  /** Goes to the next session that needs the person; false when there is none. */
  visitNext(but: SessionId | null = null): boolean {
    const need = this.attention.next(but);
    if (need) void this.visit(need);
    return need !== null;
  }

  /** Whoever came to a session by the queue and answered all that it asked goes on to the next. */
  answered(sessionId: SessionId, askId: AskId): void {
    if (this.attention.current !== sessionId) return;
    const state = this.sessions.get(sessionId)?.state;
    if (state && answerableAsks(state).some(({ ask }) => ask.id !== askId)) return;
    this.visitNext(sessionId);
  }

  /** Brings a session that needs the person before their eyes, in whichever group it is. */
  async visit({ summary }: Pick<Need, 'summary'>): Promise<void> {
    const { workspace } = this;
    const box = workspace.boxOf(summary);
    workspace.show(box.key, summary.state.id);
    workspace.openTab(box.key, 'model');
    if (!(await this.#activateGroupOf(summary.state.projectId))) return;
    // Out of the text field, also of this very box: an ask is answered by keys, and letters typed there are words.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    workspace.reveal(box.key);
  }

  /** Brings a project's box before the person's eyes, in whichever group it is. */
  async visitProject(projectId: ProjectId | null): Promise<void> {
    if (projectId !== null && (await this.#activateGroupOf(projectId))) this.workspace.reveal(projectId);
  }

  /** Opens a session at the very event of its log, however far back that is, and puts the focus there. */
  async visitMessage({ sessionId, seq }: { readonly sessionId: SessionId; readonly seq: number }): Promise<void> {
    this.messageToShow = { sessionId, seq };
    await this.openSession(sessionId);
  }

  /** Shows a task of whichever group's board. */
  async visitTaskOf(groupId: GroupId, id: string): Promise<void> {
    if (await this.showGroup(groupId)) this.visitTask(id);
  }

  /** Shows a message between agents in the conversation or channel that it stands in; one between two agents in the group's feed. */
  async visitLetter(letter: Letter): Promise<void> {
    const { groupId, messageId, from, to } = letter;
    if (groupId !== null && !(await this.showGroup(groupId))) return;
    const other = to.kind === 'channel' || from === OPERATOR ? to.id : from;
    const ours = from === OPERATOR || to.id === OPERATOR;
    this.team.place = to.kind === 'channel' ? `channel:${other}` : ours ? `with:${other}` : 'feed';
    this.team.messageToShow = messageId;
    this.drawer = 'comms';
  }

  /** Shows a task of the group's board. */
  visitTask(id: string): void {
    this.team.taskToOpen = id;
    this.drawer = 'tasks';
  }

  /** Shows a file of a project in its Files tab, at the place in it that is named. */
  async visitFile(file: FileToShow): Promise<void> {
    const { projectId } = file;
    if (!(await this.#activateGroupOf(projectId))) return;
    this.workspace.fileToShow = file;
    this.workspace.openTab(projectId, 'files');
    this.workspace.reveal(projectId);
  }

  /** False when it was not switched; then the person was told why. */
  async showGroup(groupId: GroupId): Promise<boolean> {
    if (groupId === this.workspace.activeGroup?.id) return true;
    const switched = await this.commands.run('group:activate', 'The group was not switched', (commandId, options) =>
      this.client.groups.activate({ commandId, groupId }, options),
    );
    return switched.ok;
  }

  async #activateGroupOf(projectId: ProjectId | null): Promise<boolean> {
    const group = this.workspace.groupOf(projectId);
    return !group || this.showGroup(group.id);
  }

  [Symbol.dispose](): void {
    this.plugins[Symbol.dispose]();
    this.prompts[Symbol.dispose]();
    this.toasts[Symbol.dispose]();
    this.themes[Symbol.dispose]();
    this.watch[Symbol.dispose]();
    this.metrics[Symbol.dispose]();
    this.agents[Symbol.dispose]();
    this.clock[Symbol.dispose]();
  }
}

const KEY = Symbol('app');

export function provideApp(app: App): App {
  return setContext(KEY, app);
}

/** The stores of this window. Only while a component is being set up. */
export function useApp(): App {
  return getContext<App>(KEY);
}
