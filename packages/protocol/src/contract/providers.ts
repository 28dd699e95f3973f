import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import { ProjectId, ProviderId } from '../ids.ts';
import { ModelInfo } from '../models.ts';
import { ProviderStatus } from '../providers.ts';
import { SandboxStatus } from '../sandbox.ts';
import { Profile, Skill } from '../skills.ts';
import { base, command } from './base.ts';

export const providers = {
  list: base.input(z.object({ refresh: z.boolean().default(false) })).output(z.array(ProviderStatus)),
  /** Brings the pinned version into agor's own folder; yields progress lines and, last, the result. */
  install: base
    .input(command.extend({ provider: ProviderId }))
    .output(eventIterator(type<{ progress: string } | { installed: string }>())),
  /** The models that the provider's program or server offers now. */
  models: base.input(z.object({ provider: ProviderId, projectId: ProjectId.optional() })).output(z.array(ModelInfo)),
  /** Fetches a model; yields how far it is and, last, the model. */
  pullModel: base
    .input(command.extend({ provider: ProviderId, model: z.string().min(1).max(300) }))
    .output(eventIterator(type<{ progress: string; percent: number | null } | { pulled: string }>())),
  profiles: base.input(z.object({ provider: ProviderId })).output(z.array(Profile)),
  skills: base.input(z.object({ provider: ProviderId, projectId: ProjectId.optional() })).output(z.array(Skill)),
  readSkill: base
    .input(z.object({ provider: ProviderId, projectId: ProjectId.optional(), path: z.string() }))
    .output(z.object({ text: z.string() })),
  /** What would confine an agent of this project now, as a probe of the machine says. */
  sandbox: base
    .input(z.object({ projectId: ProjectId.optional(), provider: ProviderId.optional() }))
    .output(SandboxStatus),
};
