import type { ProviderServices } from '@agor/providers';
import { z } from 'zod';
import { RequestFailed, type Requests } from '../requests/index.ts';
import { boundedItems } from './bounded-items.ts';
import { type ServiceDeps, servicesFor, Who } from './place.ts';

/** A model has up to some hundred GB. */
const PULL_LIMIT_MS = 12 * 3_600_000;
/** A thousand transcripts, or a huge one, on a cold disk. */
const READ_LIMIT_MS = 120_000;

/**
 * Registers `services.*`: what providers can do beside running sessions. A provider that lacks one answers `unsupported`. Progress
 * of a pull is JSON: `{"progress": text, "percent": number or null}`.
 */
export function registerServiceRequests(requests: Requests, deps: ServiceDeps): void {
  /** The service of that name with its place, or the words that there is none. */
  const service = async <Name extends keyof ProviderServices>(who: Who, name: Name, lacks: string) => {
    const { services, place, definition } = await servicesFor(who, deps);
    const call = services[name]?.bind(services) as NonNullable<ProviderServices[Name]> | undefined;
    if (!call) throw new RequestFailed('unsupported', `${definition.label} ${lacks}.`);
    return { call, place, definition };
  };

  requests.register('services.models', {
    params: Who,
    handle: async (who, { signal }) => {
      const { services, place, definition } = await servicesFor(who, deps);
      return services.models ? services.models(place, signal) : [...definition.models];
    },
  });
  requests.register('services.pullModel', {
    params: Who.extend({ model: z.string() }),
    limitMs: PULL_LIMIT_MS,
    handle: async ({ model, ...who }, { signal, progress }) => {
      const { call, place } = await service(who, 'pullModel', 'can not fetch models');
      await call(place, model, (told) => progress(JSON.stringify(told)), signal);
      return {};
    },
  });
  requests.register('services.profiles', {
    params: Who,
    handle: async (who, { signal }) => {
      const { call, place } = await service(who, 'profiles', 'has no profiles');
      return call(place, signal);
    },
  });
  requests.register('services.skills', {
    params: Who,
    handle: async (who, { signal }) => {
      const { call, place } = await service(who, 'skills', 'has no skills');
      return call(place, signal);
    },
  });
  requests.register('services.readSkill', {
    params: Who.extend({ path: z.string() }),
    handle: async ({ path, ...who }, { signal }) => {
      const { call, place } = await service(who, 'readSkill', 'has no skills');
      return { text: await call(place, path, signal) };
    },
  });
  requests.register('services.outside', {
    params: Who.extend({ after: z.string().optional(), limit: z.number().int().min(1).max(200) }),
    limitMs: READ_LIMIT_MS,
    handle: async ({ after, limit, ...who }, { signal }) => {
      const { call, place } = await service(who, 'outside', 'can not list sessions that were begun outside agor');
      return call(place, { after, limit }, signal);
    },
  });
  requests.register('services.readOutside', {
    params: Who.extend({ providerSessionId: z.string() }),
    limitMs: READ_LIMIT_MS,
    handle: async ({ providerSessionId, ...who }, { signal }) => {
      const { call, place } = await service(who, 'readOutside', 'can not read sessions that were begun outside agor');
      const { session, items } = await call(place, providerSessionId, signal);
      return { session, ...boundedItems(items) };
    },
  });
}
