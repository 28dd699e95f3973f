import type { ProviderServices } from '../../services.ts';
import { modelsOf } from './models.ts';
import { outsideSessions } from './outside.ts';
import { profilesOf } from './profiles.ts';
import { readOutside } from './read-transcript.ts';
import { readSkill, skillsOf } from './skills.ts';

/** What Claude Code has on a computer beside running sessions: its conversations, skills, profiles and models. */
export const claudeServices: ProviderServices = {
  models: modelsOf,
  profiles: profilesOf,
  skills: skillsOf,
  readSkill,
  outside: outsideSessions,
  readOutside,
};
