import type { TestFrame } from '@agor/protocol';
import { type CtxContext, contract, type MemoryNode, type TestReport, type TestRun, TestRunId } from '@agor/protocol';
import { implement, ORPCError } from '@orpc/server';
import { Channel } from './channel.ts';
import type { FakeHub } from './fake-hub.ts';

/** What other programs remember, and test runs that the test ends. */
export class FakeKnowledge {
  memories: MemoryNode[] | null = null;
  ctx: CtxContext = {
    standing: { state: 'missing', path: '/home/you/.claude-context/context.db', message: '' },
    registeredAs: null,
    entries: [],
    shared: [],
    summaries: [],
  };
  runs: TestRun[] = [];
  output = '';
  report: TestReport = { reporter: null, totals: { passed: 0, failed: 0, skipped: 0 }, cases: [] };
  readonly #followers = new Set<Channel<TestFrame>>();

  say(text: string): void {
    this.output += text;
    const [run] = this.runs;
    if (run) this.#tell({ kind: 'output', runId: run.id, text });
  }

  end(change: Partial<TestRun>, report: TestReport): void {
    const [run, ...others] = this.runs;
    if (!run) return;
    this.report = report;
    this.runs = [
      { ...run, endedAt: run.startedAt + 1_000, reporter: report.reporter, totals: report.totals, ...change },
      ...others,
    ];
    this.tellRuns();
  }

  tellRuns(): void {
    this.#tell({ kind: 'runs', runs: this.runs, output: this.output });
  }

  async *follow(signal: AbortSignal | undefined): AsyncGenerator<TestFrame> {
    const channel = new Channel<TestFrame>();
    channel.push({ kind: 'runs', runs: this.runs, output: this.output });
    this.#followers.add(channel);
    try {
      yield* channel.read(signal);
    } finally {
      this.#followers.delete(channel);
    }
  }

  #tell(frame: TestFrame): void {
    for (const follower of this.#followers) follower.push(frame);
  }
}

export function fakeKnowledge({ knowledge }: FakeHub, seen: (name: string, input: unknown) => void) {
  const os = implement(contract);
  const ok = { ok: true as const };
  const path = '/home/you/.local/share/memora/memories.db';
  return {
    memory: os.memory.router({
      stores: os.memory.stores.handler(() => {
        const tags = [...new Set(knowledge.memories?.flatMap((one) => one.tags))].map((tag) => ({ tag, count: 1 }));
        const state = knowledge.memories ? ('ready' as const) : ('missing' as const);
        const about = 'Memora keeps what agents note.';
        return [{ name: 'memora', label: 'Memora', about, standing: { state, path, message: '' }, tags }];
      }),
      search: os.memory.search.handler(({ input }) => {
        seen('memory.search', input);
        const found = (knowledge.memories ?? []).filter(
          ({ content, tags }) =>
            content.includes(input.query) && (input.tags.length === 0 || tags.some((tag) => input.tags.includes(tag))),
        );
        return { nodes: found.slice(input.offset, input.offset + input.limit), total: found.length };
      }),
      get: os.memory.get.handler(({ input }) => knowledge.memories?.find(({ id }) => id === input.id) ?? null),
    }),
    ctx: os.ctx.router({
      get: os.ctx.get.handler(() => knowledge.ctx),
      search: os.ctx.search.handler(({ input }) =>
        knowledge.ctx.entries.filter(({ value }) => value.includes(input.query)),
      ),
      create: os.ctx.create.handler(({ input }) => {
        seen('ctx.create', input);
        knowledge.ctx = { ...knowledge.ctx, standing: { ...knowledge.ctx.standing, state: 'ready' } };
        return ok;
      }),
      register: os.ctx.register.handler(({ input }) => {
        seen('ctx.register', input);
        knowledge.ctx = { ...knowledge.ctx, registeredAs: 'billing-api' };
        return ok;
      }),
    }),
    testing: os.testing.router({
      suggest: os.testing.suggest.handler(() => [{ command: 'npm test', from: 'package.json' }]),
      start: os.testing.start.handler(({ input }) => {
        seen('testing.start', input);
        const id = TestRunId.parse(`run${knowledge.runs.length}`);
        const totals = { passed: 0, failed: 0, skipped: 0 };
        const { projectId, onlyFailed } = input;
        const fixed = { endedAt: null, status: 'running', why: '', reporter: null, canRerunFailed: false } as const;
        knowledge.output = '';
        knowledge.runs = [
          { id, projectId, onlyFailed, command: 'npm test', startedAt: 1_000, totals, ...fixed },
          ...knowledge.runs,
        ];
        knowledge.tellRuns();
        return { runId: id };
      }),
      cancel: os.testing.cancel.handler(({ input }) => {
        seen('testing.cancel', input);
        knowledge.end({ status: 'cancelled', why: 'it was ended' }, knowledge.report);
        return ok;
      }),
      follow: os.testing.follow.handler(({ signal }) => knowledge.follow(signal)),
      report: os.testing.report.handler(({ input }) => {
        if (!knowledge.runs.some(({ id }) => id === input.runId))
          throw new ORPCError('NOT_FOUND', { message: 'Forgotten.' });
        return { report: knowledge.report, output: knowledge.output };
      }),
      artefacts: os.testing.artefacts.handler(() => ({ screenshots: [], more: false, log: null })),
    }),
  };
}
