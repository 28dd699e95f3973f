import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ServicePlace } from '../../services.ts';

export type ConfigPlace = Pick<ServicePlace, 'env' | 'claudeConfigDir'>;

/** Where this person's home is, in the environment that a session would get. */
export function homeOf({ env }: Pick<ServicePlace, 'env'>): string {
  return env.HOME || homedir();
}

/** The folder in which Claude Code keeps settings and transcripts: the profile's, the environment's, or `~/.claude`. */
export function configDirOf(place: ConfigPlace): string {
  return place.claudeConfigDir ?? (place.env.CLAUDE_CONFIG_DIR || join(homeOf(place), '.claude'));
}
