import type { AgentMessage, AgentMessageType, MessageOf } from '@agor/protocol';
import type { Memory } from './memory.ts';

/** What one event becomes: its messages in order, and the memory, which is a copy of its own and may be changed. */
export class Output {
  readonly messages: AgentMessage[] = [];
  readonly #timestamp: number;
  readonly #parentId: string | undefined;

  constructor(
    readonly memory: Memory,
    private readonly event: {
      readonly uuid: string;
      readonly parent_tool_use_id?: string | null | undefined;
      readonly timestamp?: string | undefined;
    },
    at: number,
  ) {
    const told = event.timestamp === undefined ? Number.NaN : Date.parse(event.timestamp);
    this.#timestamp = Number.isNaN(told) ? at : told;
    this.#parentId = event.parent_tool_use_id ?? undefined;
  }

  /** Of a subagent, not of the main thread. */
  get inSubagent(): boolean {
    return this.#parentId !== undefined;
  }

  /** Adds a message with the id `<uuid of the event>-<suffix>`. */
  add<Type extends AgentMessageType>(type: Type, suffix: string, content: MessageOf<Type>['content']): void {
    const base = { id: `${this.event.uuid}-${suffix}`, timestamp: this.#timestamp };
    const parent = this.#parentId === undefined ? {} : { parentId: this.#parentId };
    // The type and its content belong together by the signature; the compiler does not follow that through the union.
    this.messages.push({ ...base, ...parent, type, content } as AgentMessage);
  }

  status(subtype: string, message?: string, data?: unknown): void {
    this.add('status', `status-${this.messages.length}`, {
      subtype,
      ...(message === undefined || message === '' ? {} : { message }),
      ...(data === undefined ? {} : { data }),
    });
  }
}
