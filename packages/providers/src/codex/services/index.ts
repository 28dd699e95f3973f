import { homedir } from 'node:os';
import type { OutsideSession } from '@agor/protocol';
import type { ProviderServices, ServicePlace } from '../../services.ts';
import { codexHome } from '../sandbox.ts';
import { readModels } from './models.ts';
import { readRollout } from './read-rollout.ts';
import { describeRollout, findRollout, listRollouts, type Rollout } from './rollouts.ts';

type Session = Omit<OutsideSession, 'importedAs' | 'provider'>;

const homeOf = ({ env }: ServicePlace) => codexHome(env, env.HOME ?? homedir());

export const codexServices: ProviderServices = {
  models: readModels,

  async outside(place, { after, limit }, signal) {
    const files = await listRollouts(homeOf(place), signal);
    const start = after === undefined ? 0 : files.findIndex((file) => isBehind(file, after));
    if (start < 0) return { sessions: [], next: null };
    const sessions: Session[] = [];
    let last: Rollout | null = null;
    for (const file of files.slice(start)) {
      if (sessions.length === limit) return { sessions, next: last && placeOf(last) };
      signal.throwIfAborted();
      last = file;
      const session = await describeRollout(file, place.cwd);
      if (session) sessions.push(session);
    }
    return { sessions, next: null };
  },

  async readOutside(place, id, signal) {
    const file = await findRollout(homeOf(place), id, signal);
    const session = file && (await describeRollout(file, null));
    if (!file || !session) throw new Error(`Codex has no conversation ${id} any more.`);
    return { session, items: await readRollout(file, signal) };
  },
};

/** A file's place in the order, newest first; files that change meanwhile move to the front and are met again at most there. */
function placeOf({ updatedAt, id }: Rollout): string {
  return `${updatedAt} ${id}`;
}

function isBehind({ updatedAt, id }: Rollout, after: string): boolean {
  const [at = '', lastId = ''] = after.split(' ');
  return updatedAt < Number(at) || (updatedAt === Number(at) && id < lastId);
}
