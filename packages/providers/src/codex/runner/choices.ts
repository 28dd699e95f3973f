import type { PermissionMode, RunOptions, SessionControl } from '@agor/protocol';
import type { AgentSettings } from '../../runner/index.ts';
import type { TurnStartParams } from '../generated/v2/TurnStartParams.ts';
import type { Model, Thread } from './calls.ts';
import { EFFORT_CONTROL, effortControls, vendorModel } from './controls.ts';
import { approvalPolicy, collaboration, sandboxPolicy } from './policies.ts';

/** What the person chose for this session, and what of it a turn must be told. */
export class Choices {
  mode: PermissionMode;
  models: readonly Model[] = [];
  #thread: Thread | null = null;
  #model: string | undefined;
  #effort: string | null;
  /** The mode that the thread's policies are of. */
  #policyMode: PermissionMode;
  #hasPlanned = false;

  constructor(private readonly options: RunOptions) {
    this.mode = options.permissionMode;
    this.#policyMode = options.permissionMode;
    this.#model = vendorModel(options.model);
    this.#effort = options.controls[EFFORT_CONTROL] ?? null;
  }

  begin(thread: Thread): void {
    this.#thread = thread;
    this.#effort ??= thread.reasoningEffort ?? null;
  }

  get controls(): SessionControl[] {
    return effortControls(this.#modelInfo(), this.#effort);
  }

  /** Throws for what the model does not have. Returns whether the controls are others now. */
  set({ model, permissionMode, controls }: AgentSettings): boolean {
    const effort = controls?.[EFFORT_CONTROL];
    const unknown = Object.keys(controls ?? {}).find((id) => id !== EFFORT_CONTROL);
    if (unknown !== undefined) throw new Error(`Codex has no setting ${unknown}`);
    if (effort !== undefined) {
      const known = this.#modelInfo()?.supportedReasoningEfforts.some((each) => each.reasoningEffort === effort);
      if (known === false) throw new Error(`${this.#modelName} has no reasoning level ${effort}`);
      this.#effort = effort;
    }
    if (permissionMode !== undefined) this.mode = permissionMode;
    if (model === undefined) return false;
    this.#model = vendorModel(model);
    // The new model may not have the level that was chosen for the one before.
    const levels = this.#modelInfo()?.supportedReasoningEfforts ?? [];
    if (!levels.some(({ reasoningEffort }) => reasoningEffort === this.#effort)) this.#effort = null;
    return true;
  }

  /** What a turn that begins now is told besides its words. */
  forTurn(): Omit<TurnStartParams, 'threadId' | 'input'> {
    const { mode, options } = this;
    const policies =
      options.confined || mode !== this.#policyMode
        ? {
            approvalPolicy: approvalPolicy(mode, options),
            sandboxPolicy: sandboxPolicy(mode, options, this.#workspace()),
          }
        : {};
    this.#policyMode = mode;
    this.#hasPlanned ||= mode === 'plan';
    return {
      ...policies,
      ...(this.#modelName === '' ? {} : { model: this.#modelName }),
      ...(this.#effort === null ? {} : { effort: this.#effort }),
      ...(this.#hasPlanned ? { collaborationMode: collaboration(mode, this.#modelName, this.#effort) } : {}),
    };
  }

  /** The model that answers: the chosen one, or the one that Codex began with. */
  get #modelName(): string {
    return this.#model ?? this.#thread?.model ?? '';
  }

  #modelInfo(): Model | undefined {
    return this.models.find(({ model }) => model === this.#modelName);
  }

  /** The workspace's sandbox as the settings have it, where the thread was started in it. */
  #workspace() {
    const sandbox = this.#thread?.sandbox;
    return sandbox?.type === 'workspaceWrite'
      ? (sandbox as Extract<Parameters<typeof sandboxPolicy>[2], object>)
      : null;
  }
}
