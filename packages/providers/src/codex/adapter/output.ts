import type { AgentMessage, AgentMessageType, MessageOf, SpentTokens } from '@agor/protocol';
import { shortPath } from '../words.ts';
import type { Memory } from './memory.ts';

/** What one event becomes: its messages in order, and the memory, which is a copy of its own and may be changed. */
export class Output {
  readonly messages: AgentMessage[] = [];
  readonly #parentId: string | undefined;

  constructor(
    readonly memory: Memory,
    /** The thread that the event is of; undefined where it is of none. */
    threadId: string | undefined,
    private readonly timestamp: number,
    /** The event tells an end that an interrupt brought about. */
    readonly interrupted = false,
  ) {
    const other = threadId !== undefined && memory.threadId !== '' && threadId !== memory.threadId;
    this.inSubagent = other;
    const agent = other ? memory.agents.find((each) => each.threadId === threadId) : undefined;
    this.#parentId = other ? (agent?.toolUseId ?? threadId) : undefined;
  }

  /** Of a subagent's thread, not of the session's own. */
  readonly inSubagent: boolean;

  add<Type extends AgentMessageType>(
    type: Type,
    id: string,
    content: MessageOf<Type>['content'],
    spent?: SpentTokens,
  ): void {
    const parent = this.#parentId === undefined ? {} : { parentId: this.#parentId };
    // The type and its content belong together by the signature; the compiler does not follow that through the union.
    this.messages.push({
      id,
      timestamp: this.timestamp,
      ...parent,
      ...(spent ? { spent } : {}),
      type,
      content,
    } as AgentMessage);
  }

  /** For what has no id of its own. */
  addCounted<Type extends AgentMessageType>(
    type: Type,
    content: MessageOf<Type>['content'],
    spent?: SpentTokens,
  ): void {
    this.add(type, `${type}-${++this.memory.count}`, content, spent);
  }

  status(subtype: string, message?: string, data?: unknown): void {
    this.addCounted('status', {
      subtype,
      ...(message === undefined || message === '' ? {} : { message }),
      ...(data === undefined ? {} : { data }),
    });
  }

  shorten(path: string): string {
    return shortPath(this.memory.cwd, path);
  }
}
