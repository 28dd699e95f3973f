import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CanUseTool,
  type Options,
  type PermissionResult,
  type Query,
  query,
  type SDKMessage,
  type SDKUserMessage,
} from '@anthropic-ai/claude-agent-sdk';
import { claudeCli } from './claude-cli.ts';

export type UserContent = SDKUserMessage['message']['content'];

/** A home of its own for CLI processes: HOME, config, temp and work folder under one temp folder. */
export interface ClaudeHome extends Disposable {
  root: string;
  work: string;
  /** The whole environment of the CLI: nothing of the test's own leaks in except PATH. */
  env: Record<string, string>;
}

/** Makes the folders (under `root`, default a new temp folder); the caller disposes them after the last session in them. */
export function makeClaudeHome(
  baseUrl: string,
  extra: Record<string, string> = {},
  root = realpathSync(mkdtempSync(join(tmpdir(), 'agor-standin-'))),
): ClaudeHome {
  const folder = (name: string) => {
    const path = join(root, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder('home'),
    CLAUDE_CONFIG_DIR: folder('config'),
    TMPDIR: folder('tmp'),
    CLAUDE_CODE_TMPDIR: folder('tmp'),
    ANTHROPIC_BASE_URL: baseUrl,
    ANTHROPIC_API_KEY: 'sk-ant-dummy-key-of-a-test',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
    ...extra,
  };
  return { root, work: folder('work'), env, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

export type ResultMessage = Extract<SDKMessage, { type: 'result' }>;

/** One ask that came through canUseTool. */
export interface Ask {
  tool: string;
  input: Record<string, unknown>;
  options: Parameters<CanUseTool>[2];
}

/** The real CLI in streaming-input mode, with everything it said kept in order. */
export interface ClaudeSession extends AsyncDisposable {
  query: Query;
  messages: SDKMessage[];
  asks: Ask[];
  send(content: UserContent, uuid?: string): void;
  /** Resolves with the first message (from index `from`) that fits; fails after `limitMs` with what came instead. */
  until(fits: (message: SDKMessage) => boolean, from?: number, limitMs?: number): Promise<SDKMessage>;
  /** Resolves with the n-th result (from 1). */
  result(n: number): Promise<ResultMessage>;
  /** Ends the input and waits for the process; the error that the iterator threw, if it did. */
  end(): Promise<unknown>;
}

export async function startClaude(
  home: ClaudeHome,
  answer: (ask: Ask) => PermissionResult | Promise<PermissionResult> = ({ input }) => ({
    behavior: 'allow',
    updatedInput: input,
  }),
  options: Options = {},
): Promise<ClaudeSession> {
  const input = new PromptStream();
  const messages: SDKMessage[] = [];
  const asks: Ask[] = [];
  const watchers = new Set<() => void>();
  const running = query({
    prompt: input,
    options: {
      pathToClaudeCodeExecutable: await claudeCli(),
      cwd: home.work,
      env: home.env,
      model: 'claude-sonnet-4-5',
      settingSources: [],
      includePartialMessages: true,
      forwardSubagentText: true,
      permissionMode: 'default',
      canUseTool: async (tool, toolInput, details) => {
        const ask = { tool, input: toolInput, options: details };
        asks.push(ask);
        for (const look of watchers) look();
        return answer(ask);
      },
      ...options,
    },
  });
  const finished = (async () => {
    try {
      for await (const message of running) {
        messages.push(message);
        for (const look of watchers) look();
      }
      return undefined;
    } catch (error) {
      return error;
    } finally {
      for (const look of watchers) look();
    }
  })();

  const until: ClaudeSession['until'] = (fits, from = 0, limitMs = 20_000) => {
    const { promise, resolve, reject } = Promise.withResolvers<SDKMessage>();
    const seen = () => messages.map((m) => `${m.type}/${'subtype' in m ? m.subtype : ''}`).join(' ');
    const timer = setTimeout(() => reject(new Error(`not seen in ${limitMs} ms; came: ${seen()}`)), limitMs);
    let next = from;
    const look = () => {
      // Each message is looked at once: a stream has thousands.
      for (; next < messages.length; next++) {
        const message = messages[next];
        if (message && fits(message)) return resolve(message);
      }
    };
    watchers.add(look);
    look();
    finished.then((error) => reject(new Error(`the CLI ended before it was seen (${error}); came: ${seen()}`)));
    return promise.finally(() => {
      clearTimeout(timer);
      watchers.delete(look);
    });
  };

  const end = async () => {
    input.end();
    return await finished;
  };
  return {
    query: running,
    messages,
    asks,
    send: (content, uuid) => input.push(content, uuid),
    until,
    result: async (n) => {
      let results = 0;
      return (await until((message) => message.type === 'result' && ++results === n)) as ResultMessage;
    },
    end,
    [Symbol.asyncDispose]: async () => {
      await end();
    },
  };
}

/** The prompts of a session as the SDK wants them: an iterable that stays open until `end()`. */
class PromptStream implements AsyncIterable<SDKUserMessage> {
  #queue: SDKUserMessage[] = [];
  #ended = false;
  #wake: () => void = () => {};

  push(content: UserContent, uuid: string = crypto.randomUUID()): void {
    this.#queue.push({
      type: 'user',
      message: { role: 'user', content },
      parent_tool_use_id: null,
      uuid: uuid as SDKUserMessage['uuid'],
    });
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SDKUserMessage> {
    while (true) {
      const next = this.#queue.shift();
      if (next) yield next;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
