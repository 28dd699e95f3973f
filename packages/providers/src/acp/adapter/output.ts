import type { AgentMessage, AgentMessageType, MessageOf, SpentTokens } from '@agor/protocol';
import type { Memory } from './memory.ts';

/** What one event becomes. ACP gives no ids: messages are counted, and the count is committed with them. */
export class Output {
  readonly messages: AgentMessage[] = [];

  constructor(
    readonly memory: Memory,
    private readonly at: number,
  ) {}

  add<Type extends AgentMessageType>(
    type: Type,
    content: MessageOf<Type>['content'],
    parentId?: string,
    spent?: SpentTokens,
  ): void {
    this.memory.count++;
    const base = {
      id: `acp-${this.memory.count}`,
      timestamp: this.at,
      ...(parentId === undefined ? {} : { parentId }),
      ...(spent ? { spent } : {}),
    };
    // The type and its content belong together by the signature; the compiler does not follow that through the union.
    this.messages.push({ ...base, type, content } as AgentMessage);
  }
}
