import { z } from 'zod';
import type { InitializeParams } from '../generated/InitializeParams.ts';
import type { ModelListParams } from '../generated/v2/ModelListParams.ts';
import type { ThreadBackgroundTerminalsListParams } from '../generated/v2/ThreadBackgroundTerminalsListParams.ts';
import type { ThreadBackgroundTerminalsTerminateParams } from '../generated/v2/ThreadBackgroundTerminalsTerminateParams.ts';
import type { ThreadCompactStartParams } from '../generated/v2/ThreadCompactStartParams.ts';
import type { ThreadForkParams } from '../generated/v2/ThreadForkParams.ts';
import type { ThreadResumeParams } from '../generated/v2/ThreadResumeParams.ts';
import type { ThreadStartParams } from '../generated/v2/ThreadStartParams.ts';
import type { TurnInterruptParams } from '../generated/v2/TurnInterruptParams.ts';
import type { TurnStartParams } from '../generated/v2/TurnStartParams.ts';
import type { TurnSteerParams } from '../generated/v2/TurnSteerParams.ts';
import type { Rpc } from './rpc.ts';

/** A call of Codex may wait for its databases, or for its vendor. */
const LIMIT_MS = 60_000;
/** The first start reads 0.3 GB from a cold disk. */
const START_LIMIT_MS = 120_000;

export const Thread = z.object({
  thread: z.object({ id: z.string(), cliVersion: z.string().optional() }),
  model: z.string(),
  modelProvider: z.string().optional(),
  reasoningEffort: z.string().nullish(),
  sandbox: z.looseObject({ type: z.string() }),
});
export type Thread = z.infer<typeof Thread>;

const Model = z.object({
  id: z.string(),
  model: z.string(),
  displayName: z.string(),
  description: z.string().default(''),
  hidden: z.boolean().default(false),
  isDefault: z.boolean().default(false),
  defaultReasoningEffort: z.string().nullish(),
  supportedReasoningEfforts: z
    .array(z.object({ reasoningEffort: z.string(), description: z.string().default('') }))
    .default([]),
});
export type Model = z.infer<typeof Model>;
export const Models = z.object({ data: z.array(Model), nextCursor: z.string().nullish() });

export const Account = z.object({
  account: z.looseObject({ type: z.string() }).nullish(),
  requiresOpenaiAuth: z.boolean().default(false),
});

export const Terminals = z.object({
  data: z.array(z.object({ itemId: z.string(), processId: z.string(), osPid: z.number().nullish() })),
});
export type Terminal = z.infer<typeof Terminals>['data'][number];

export const TurnId = z.object({ turn: z.object({ id: z.string() }) });

/** Most pages of models that are read. */
const MAX_PAGES = 20;

/** The calls that we make, in the pinned version's types; answers are read as far as they are used. */
export class Calls {
  constructor(private readonly rpc: Rpc) {}

  async initialize(version: string): Promise<void> {
    const params: InitializeParams = {
      clientInfo: { name: 'agor', title: 'agor', version },
      capabilities: { experimentalApi: true, requestAttestation: false },
    };
    await this.rpc.call('initialize', params, START_LIMIT_MS);
    this.rpc.notify('initialized');
  }

  async account(): Promise<z.infer<typeof Account>> {
    return Account.parse(await this.rpc.call('account/read', {}, LIMIT_MS));
  }

  rateLimits(): Promise<unknown> {
    return this.rpc.call('account/rateLimits/read', {}, LIMIT_MS);
  }

  async models(): Promise<Model[]> {
    const models: Model[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MAX_PAGES; page++) {
      const params: ModelListParams = { cursor };
      const { data, nextCursor } = Models.parse(await this.rpc.call('model/list', params, LIMIT_MS));
      models.push(...data);
      if (!nextCursor) break;
      cursor = nextCursor;
    }
    return models.filter(({ hidden }) => !hidden);
  }

  async startThread(params: ThreadStartParams): Promise<Thread> {
    return Thread.parse(await this.rpc.call('thread/start', params, LIMIT_MS));
  }

  async resumeThread(params: ThreadResumeParams): Promise<Thread> {
    return Thread.parse(await this.rpc.call('thread/resume', params, LIMIT_MS));
  }

  async forkThread(params: ThreadForkParams): Promise<Thread> {
    return Thread.parse(await this.rpc.call('thread/fork', params, LIMIT_MS));
  }

  async startTurn(params: TurnStartParams, traceparent?: string): Promise<string> {
    return TurnId.parse(await this.rpc.call('turn/start', params, LIMIT_MS, traceparent)).turn.id;
  }

  async steer(params: TurnSteerParams): Promise<void> {
    await this.rpc.call('turn/steer', params, LIMIT_MS);
  }

  async interrupt(params: TurnInterruptParams): Promise<void> {
    await this.rpc.call('turn/interrupt', params, LIMIT_MS);
  }

  async compact(params: ThreadCompactStartParams): Promise<void> {
    await this.rpc.call('thread/compact/start', params, LIMIT_MS);
  }

  async terminals(params: ThreadBackgroundTerminalsListParams): Promise<Terminal[]> {
    return Terminals.parse(await this.rpc.call('thread/backgroundTerminals/list', params, LIMIT_MS)).data;
  }

  async terminate(params: ThreadBackgroundTerminalsTerminateParams): Promise<void> {
    await this.rpc.call('thread/backgroundTerminals/terminate', params, LIMIT_MS);
  }
}
