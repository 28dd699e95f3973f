import type { ControlValues, RunOptions } from '@agor/protocol';
import { type Clock, systemClock } from '@agor/runtime';
import type { AgentContext } from '../../runner/index.ts';
import type { OllamaConfig } from '../config.ts';
import type { ModelServer, ToolSpec } from '../server/index.ts';
import { bashTool, fileTools, McpConnections, Place, planTool, type Tool } from '../tools/index.ts';
import { Conversation } from './conversation.ts';
import { Emitter } from './emitter.ts';
import { Model } from './model.ts';
import { Permissions } from './permissions.ts';
import { projectNotes } from './project-notes.ts';
import { proposePlan } from './propose-plan.ts';
import { systemPrompt } from './system-prompt.ts';
import { ContextWindow } from './window.ts';

/** What outlives a turn: the conversation, what the model can do, what was allowed. */
export class Session {
  readonly emitter: Emitter;
  readonly place: Place;
  readonly permissions: Permissions;
  readonly window = new ContextWindow();
  readonly conversation: Conversation;
  readonly model: Model;
  readonly conversationId: string;
  /** In the environment of every command. */
  readonly commandMark = crypto.randomUUID();
  readonly mcp = new McpConnections();
  #connected: Promise<void> | null = null;
  readonly #tools: readonly Tool[];
  readonly #planTool: Tool;
  #notes: string | null | undefined;

  constructor(
    readonly ctx: AgentContext,
    readonly options: RunOptions,
    readonly config: OllamaConfig,
    readonly server: ModelServer,
    readonly clock: Clock = systemClock,
  ) {
    this.emitter = new Emitter(ctx);
    this.place = new Place(options.cwd, options.additionalDirectories);
    this.permissions = new Permissions(ctx, this.place, options.permissionMode);
    this.conversation = Conversation.fromHistory(options.history ?? [], (output) => this.window.shorten(output));
    this.model = new Model(server, config, options.model, options.controls);
    this.conversationId =
      options.forkSession || !options.resumeSessionId ? crypto.randomUUID() : options.resumeSessionId;
    this.#tools = [...fileTools, bashTool(this.commandMark, clock)];
    this.#planTool = planTool((plan, run) => proposePlan(this, plan, run));
  }

  /** What the model may use now; nothing when it can't call tools. */
  tools(): readonly Tool[] {
    if (this.model.facts.tools === false) return [];
    if (this.permissions.mode === 'plan') return [...this.#tools.filter((tool) => tool.readOnly), this.#planTool];
    return [...this.#tools, ...this.mcp.tools];
  }

  toolSpecs(): ToolSpec[] {
    return this.tools().map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  }

  async system(): Promise<string> {
    this.#notes ??= await projectNotes(this.place);
    return systemPrompt({
      cwd: this.options.cwd,
      additionalDirectories: this.options.additionalDirectories,
      permissionMode: this.permissions.mode,
      tools: this.tools().length > 0,
      notes: this.#notes,
      extra: this.options.systemPrompt,
      date: new Date(this.clock.now()).toISOString().slice(0, 10),
    });
  }

  /** Connects to the MCP servers, once; says which of them failed. */
  connect(): Promise<void> {
    this.#connected ??= this.#connect();
    return this.#connected;
  }

  async #connect(): Promise<void> {
    await this.mcp.open({ ...this.config.mcpServers, ...this.options.mcpServers }, this.options.cwd);
    for (const { name, status, message } of this.mcp.states)
      if (status === 'failed')
        await this.emitter.status('mcp', `The MCP server ${name} could not be reached: ${message}`);
  }

  /** Learns what the model can do and tells it to the hub, when that is not known yet. */
  async learnModel(signal: AbortSignal): Promise<void> {
    if (!(await this.model.learn(signal))) return;
    this.window.size = this.model.facts.contextWindow;
    this.ctx.info({ controls: this.model.controls() });
  }

  chose(controls: ControlValues): void {
    this.model.choose(controls);
    this.ctx.info({ controls: this.model.controls() });
  }
}
