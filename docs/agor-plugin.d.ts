/** What a plugin of agor is given: see docs/plugins.md. Members are there only with their permission. */
declare const agor: AgorPlugin.Api;

declare namespace AgorPlugin {
  interface Api {
    readonly meta: { readonly id: string; readonly name: string; readonly version: string; readonly agor: string };
    readonly settings: {
      get(name: string): Value;
      all(): Readonly<Record<string, Value>>;
      set(name: string, value: Value): Promise<{ ok: true }>;
      onChange(listener: (values: Readonly<Record<string, Value>>) => unknown): () => void;
    };
    /** Permission `palette`. At most 50 commands. */
    readonly palette: {
      registerCommand(title: string, callback: () => unknown, options?: { keywords?: string }): () => void;
    };
    /** Permission `events`. */
    readonly events: {
      on<Name extends keyof Events>(event: Name, listener: (payload: Events[Name]) => unknown): () => void;
      on(event: string, listener: (payload: unknown) => unknown): () => void;
      /** Without a listener: all of that event. */
      off(event: string, listener?: (payload: never) => unknown): void;
      /** To other plugins, as `<id>.<event>`. */
      emit(event: string, payload?: unknown): void;
    };
    /** Permission `sessions:read`. */
    readonly sessions: { list(input?: { since?: number }): Promise<Session[]> };
    /** Permissions `messages:read` and `messages:write`. */
    readonly messages: {
      inbox(input?: { all?: boolean; limit?: number }): Promise<Message[]>;
      channels(): Promise<{ id: string; name: string; groupId: string; members: string[] }[]>;
      onMessage(listener: (message: { id: string }) => unknown): () => void;
      send(to: string, content: string): Promise<{ id: string }>;
    };
    /** Permissions `tasks:read` and `tasks:write`. */
    readonly tasks: {
      /** Those that are not done; with `all` those too. */
      list(input?: { all?: boolean; groupId?: string }): Promise<Task[]>;
      comments(id: string): Promise<{ id: string; agentName: string; content: string; createdAt: number }[]>;
      /** In the group that is active, unless another is named. */
      create(task: {
        title: string;
        description?: string;
        priority?: Task['priority'];
        groupId?: string;
      }): Promise<Task>;
      /** Fails when the task is no longer at `version`. */
      updateStatus(id: string, status: Task['status'], version?: number): Promise<Task>;
    };
    /** Permission `notifications`. The same `key` is told once. */
    readonly notifications: {
      send(
        title: string,
        options?: { body?: string; level?: 'success' | 'error' | 'warning' | 'info'; key?: string } | string,
      ): Promise<{ told: boolean }>;
    };
    /** Permission `ui`. Null takes it away. */
    readonly ui: {
      panel(panel: Panel | null, onAction?: (id: string, values: Readonly<Record<string, string>>) => unknown): void;
      openPanel(): void;
      statusItem(item: { text: string; tooltip?: string; tone?: Tone } | null, onClick?: () => unknown): void;
    };
  }

  type Value = string | number | boolean;
  type Tone = 'plain' | 'good' | 'warning' | 'bad' | 'muted';
  interface Panel {
    title: string;
    blocks: Block[];
  }
  type Block =
    | { kind: 'heading'; text: string }
    | { kind: 'text'; text: string; tone?: Tone }
    | { kind: 'markdown'; text: string }
    | { kind: 'list'; items: { text: string; detail?: string; tone?: Tone }[] }
    | { kind: 'table'; columns: string[]; rows: string[][] }
    | { kind: 'keyValue'; pairs: [string, string][] }
    /** From 0 to 1. */
    | { kind: 'progress'; label: string; value: number }
    | { kind: 'button'; id: string; label: string; tone?: 'plain' | 'accent' }
    | { kind: 'input'; id: string; label: string; value?: string; placeholder?: string };

  interface OfSession {
    sessionId: string;
    projectId: string | null;
    project: string;
    /** With `sessions:read`. */
    title?: string;
  }
  interface Events {
    'session.status': OfSession & { status: string; before: string };
    'ask.opened': OfSession & { askId: string };
    'turn.ended': OfSession & { turns: number; costUsd: number };
    'task.changed': { taskId: string; groupId: string };
    'message.received': { id: string };
  }
  interface Session {
    id: string;
    title: string;
    projectId: string | null;
    project: string;
    provider: string;
    status: string;
    turns: number;
    /** At list price. */
    costUsd: number;
    createdAt: number;
    lastActivityAt: number;
  }
  interface Message {
    id: string;
    from: string;
    fromName: string;
    to: string;
    content: string;
    read: boolean;
    createdAt: number;
  }
  interface Task {
    id: string;
    title: string;
    description: string;
    status: 'todo' | 'progress' | 'review' | 'done' | 'blocked';
    priority: 'critical' | 'high' | 'medium' | 'low';
    assignedTo: string | null;
    createdBy: string;
    groupId: string;
    createdAt: number;
    updatedAt: number;
    version: number;
    comments: number;
  }
}
