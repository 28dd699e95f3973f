import type {
  AskState,
  BlobRef,
  BodyOf,
  ErrorClass,
  ImageInput,
  MessageOf,
  PromptId,
  SentAnchors,
  ToolKind,
} from '@agor/protocol';

/**
 * What a transcript shows, one entry a row. Rows are never changed in place: a change puts a new object where the old one
 * was, so that only its component is drawn again. The one exception is `ToolRow.children`, see there.
 */
interface RowBase {
  /** Unique in the transcript, and the same however the events arrive. */
  readonly key: string;
  /** When it happened, ms since the epoch. */
  readonly at: number;
}

/** Where something was said in the log, by which it can be pinned. */
export interface SaidAt {
  readonly seq: number;
  /** The message's id, or the prompt's. */
  readonly messageId: string;
}

export interface PromptRow extends RowBase {
  readonly kind: 'prompt';
  readonly promptId: PromptId;
  /** Null: it was queued before the events that are here. */
  readonly text: string | null;
  readonly images: readonly ImageInput[];
  readonly source: 'web' | 'cli' | 'agor';
  /** Of agor's prompts: what woke the agent. */
  readonly wake?: string | undefined;
  readonly delivery: 'sent' | 'delivered' | 'doubtful' | 'failed';
  readonly reason?: string;
  readonly said: SaidAt;
  /** What agor sent along behind the person's words. */
  readonly anchors?: SentAnchors;
}

export interface TextRow extends RowBase {
  readonly kind: 'text';
  readonly text: string;
  /** Where all of it is, when `text` is only its beginning. */
  readonly blob?: BlobRef;
  /** It still grows. */
  readonly open: boolean;
  /** Cut short by an interrupt or a crash. */
  readonly partial: boolean;
  /** Absent while it grows. */
  readonly said?: SaidAt;
}

export interface ThinkingRow extends RowBase {
  readonly kind: 'thinking';
  readonly text: string;
  readonly blob?: BlobRef;
  readonly open: boolean;
  readonly partial: boolean;
  readonly durationMs: number | null;
}

export interface SubagentProgress {
  readonly state: MessageOf<'subagent'>['content']['state'];
  readonly description?: string;
  readonly background: boolean;
  readonly totalTokens?: number;
  readonly toolUses?: number;
  readonly durationMs?: number;
  readonly lastTool?: string;
  readonly summary?: string;
}

export type ToolCall = MessageOf<'tool_call'>['content'];
export type ToolResult = MessageOf<'tool_result'>['content'];

export interface ToolRow extends RowBase {
  readonly kind: 'tool';
  readonly toolUseId: string;
  readonly toolKind: ToolKind;
  readonly name: string;
  readonly title: string;
  /** Null: it was made before the events that are here, or its input still streams in. */
  readonly call: ToolCall | null;
  readonly result: ToolResult | null;
  readonly resultAt: number | null;
  /** The turn ended without a result. */
  readonly abandoned: boolean;
  /** It is asked for, and nobody has answered yet. */
  readonly waits: boolean;
  /** The call is nothing but its ask, whose row tells it all: it is not shown. */
  readonly hidden: boolean;
  /** Input or output that streams in now. */
  readonly stream: { readonly kind: 'toolInput' | 'toolOutput'; readonly text: string } | null;
  readonly subagent: SubagentProgress | null;
  /** What the subagent said and did. Grows in place, so that adding to it costs the same at its end as at its beginning; `version` tells. */
  readonly children: readonly Row[];
  readonly version: number;
  /** Tool calls below this one. */
  readonly toolCount: number;
}

export interface StatusEntry {
  readonly at: number;
  readonly subtype: string;
  readonly text: string;
}

export interface StatusRow extends RowBase {
  readonly kind: 'status';
  /** The newest ones. */
  readonly entries: readonly StatusEntry[];
  readonly total: number;
}

export interface RetryRow extends RowBase {
  readonly kind: 'retry';
  readonly class: ErrorClass;
  readonly attempts: number;
  readonly maxAttempts?: number;
  readonly message?: string;
}

export interface ErrorRow extends RowBase {
  readonly kind: 'error';
  readonly message: string;
  readonly class: ErrorClass;
  readonly retryable: boolean;
  /** When the vendor says that trying again makes sense. */
  readonly retryAt: number | null;
}

export type Row =
  | PromptRow
  | TextRow
  | ThinkingRow
  | ToolRow
  | StatusRow
  | RetryRow
  | ErrorRow
  | (RowBase & { readonly kind: 'ask'; readonly ask: AskState })
  | (RowBase & {
      readonly kind: 'plan';
      readonly entries: MessageOf<'plan'>['content']['entries'];
      /** A newer list stands further below. */
      readonly superseded: boolean;
    })
  | (RowBase & {
      readonly kind: 'cost';
      readonly cost: MessageOf<'cost'>['content'];
      readonly model: string | null;
      readonly errors: readonly string[];
    })
  | (RowBase & { readonly kind: 'compaction'; readonly compaction: MessageOf<'compaction'>['content'] })
  | (RowBase & { readonly kind: 'limit'; readonly limit: BodyOf<'limited'>; readonly lifted: boolean })
  | (RowBase & { readonly kind: 'exit'; readonly exit: BodyOf<'processExited'> })
  | (RowBase & { readonly kind: 'notice'; readonly notice: BodyOf<'notice'> })
  /** One quiet line: the model changed, the turn was interrupted. */
  | (RowBase & { readonly kind: 'marker'; readonly text: string })
  | (RowBase & { readonly kind: 'unknown'; readonly raw: unknown });
export type RowKind = Row['kind'];
export type RowOf<Kind extends RowKind> = Extract<Row, { kind: Kind }>;
