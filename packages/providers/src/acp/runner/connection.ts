import { type AnyMessage, client } from '@agentclientprotocol/sdk';
import { type Line, LineSplitter } from '@agor/runtime';
import { z } from 'zod';
import type { AgentProcess } from './agent-process.ts';

/** Longest line that is accepted of an agent; a longer one is left out and said to be. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;

export interface ConnectionHandlers {
  /** In order, and before any answer that comes after it; while it is pending nothing more is read. */
  notification(method: string, params: unknown): Promise<void>;
  permission(params: unknown, signal: AbortSignal): Promise<unknown>;
  log(message: string): void;
}

const Message = z.looseObject({
  method: z.string().optional(),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
});

/** An answer of the agent that is an error. */
export class AgentError extends Error {
  override readonly name = 'AgentError';

  constructor(
    message: string,
    readonly code: number | null,
    /** An HTTP status that it tells of, if any. */
    readonly status: number | null,
    readonly data: unknown,
  ) {
    super(message);
  }
}

/**
 * JSON-RPC with an agent by the protocol's own SDK. Notifications pass by it: the SDK reads ahead and drops what its schemas do not know, and
 * here nothing may be lost or overtaken.
 */
export class AcpConnection {
  readonly #connection;

  constructor(
    process: AgentProcess,
    private readonly handlers: ConnectionHandlers,
  ) {
    const app = client({ name: 'agor' }).onRequest(
      'session/request_permission',
      (params: unknown) => params,
      ({ params, signal }) => handlers.permission(params, signal),
    );
    this.#connection = app.connect({
      readable: pulled(this.#messages(process.stdout)),
      writable: new WritableStream<AnyMessage>({ write: (message) => process.write(`${JSON.stringify(message)}\n`) }),
    });
  }

  /** Resolves when the agent's output has ended. */
  get closed(): Promise<void> {
    return this.#connection.closed;
  }

  /** The agent hung up: nothing comes of what it was asked. */
  get isClosed(): boolean {
    return this.#connection.signal.aborted;
  }

  /** Rejects with `AgentError` for an answer that is an error. */
  async request(method: string, params: unknown): Promise<unknown> {
    try {
      return await this.#connection.agent.request<unknown, unknown>(method, params);
    } catch (error) {
      throw readError(error);
    }
  }

  async notify(method: string, params: unknown): Promise<void> {
    await this.#connection.agent.notify<unknown>(method, params);
  }

  close(): void {
    this.#connection.close();
  }

  async *#messages(stdout: ReadableStream<Uint8Array>): AsyncGenerator<AnyMessage> {
    const lines = new LineSplitter(MAX_LINE_BYTES);
    for await (const chunk of stdout) for (const line of lines.push(chunk)) yield* this.#message(line);
    const last = lines.end();
    if (last !== null) yield* this.#message(last);
  }

  async *#message(line: Line): AsyncGenerator<AnyMessage> {
    if (typeof line !== 'string') {
      this.handlers.log(`a line of ${line.bytes} bytes is too long; it began: ${line.head.slice(0, 200)}`);
      return;
    }
    if (line.trim() === '') return;
    const raw = parse(line);
    const message = Message.safeParse(raw);
    if (!message.success) {
      this.handlers.log(`not of the protocol: ${line.slice(0, 500)}`);
      return;
    }
    const { method, id } = message.data;
    if (method === undefined || id !== undefined) yield raw as AnyMessage;
    else await this.handlers.notification(method, (raw as { params?: unknown }).params);
  }
}

/** A stream that reads on only when it is read, so that an agent waits while the machine does not read. */
function pulled(messages: AsyncGenerator<AnyMessage>): ReadableStream<AnyMessage> {
  return new ReadableStream<AnyMessage>({
    async pull(controller) {
      const { value, done } = await messages.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    // The generator ends with the agent's output; here it may be waiting for it.
    cancel: () => {},
  });
}

/** Agents print all sorts of things; what is no JSON is logged. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

const Details = z.looseObject({
  details: z.string().optional(),
  message: z.string().optional(),
  error: z.union([z.string(), z.looseObject({ message: z.string().optional() })]).optional(),
  status: z.number().optional(),
  statusCode: z.number().optional(),
  code: z.union([z.number(), z.string()]).optional(),
});

function readError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const { code, data } = error as { code?: unknown; data?: unknown };
  if (typeof code !== 'number') return error;
  const details = Details.safeParse(data);
  const more = details.success ? detailsOf(details.data) : typeof data === 'string' ? data : undefined;
  const known = more && !error.message.includes(more);
  const message = known
    ? /^internal error$/i.test(error.message)
      ? more
      : `${error.message}: ${more}`
    : error.message;
  const told = details.success ? (details.data.status ?? details.data.statusCode ?? details.data.code) : undefined;
  const status = [told, code].find((each): each is number => typeof each === 'number' && each >= 400 && each < 600);
  return new AgentError(message, code, status ?? null, data);
}

function detailsOf({ details, message, error }: z.infer<typeof Details>): string | undefined {
  return details ?? message ?? (typeof error === 'string' ? error : error?.message);
}
