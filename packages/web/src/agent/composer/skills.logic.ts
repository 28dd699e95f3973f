import type { Skill, SlashCommand } from '@agor/protocol';

/** A prompt that calls a skill: `/<name> arguments`. */
export interface SkillCall {
  readonly skill: Skill;
  readonly args: string;
}

/** The skill that a prompt calls, or null when it calls none. */
export function skillCall(text: string, skills: readonly Skill[]): SkillCall | null {
  const call = /^\/(\S+)(?:\s+([\s\S]*))?$/.exec(text.trim());
  const skill = call && skills.find(({ name }) => name === call[1]);
  return skill ? { skill, args: call[2]?.trim() ?? '' } : null;
}

/** What a skill's file says about itself, above its text. */
const FRONT_MATTER = /^---\r?\n[\s\S]*?\r?\n---(?:\r?\n|$)/;

/** What goes to the agent in its place: the skill's text, then the arguments (spec §8.8). */
export function skillPrompt(text: string, args: string): string {
  return [text.replace(FRONT_MATTER, '').trim(), args].filter(Boolean).join('\n\n');
}

/** Everything that `/` offers: the agent's commands, the person's skills, and compaction where the agent can. */
export function slashItems(
  commands: readonly SlashCommand[],
  skills: readonly Skill[],
  compacts: boolean,
): SlashCommand[] {
  const known = new Set(skills.map(({ name }) => name));
  const own = commands.filter(({ name }) => !known.has(name.replace(/^\//, '')));
  const compact = compacts && !own.some(({ name }) => name.replace(/^\//, '') === 'compact');
  return [
    ...own,
    ...skills.map(({ name, description }) => ({
      name,
      description: ['skill', description].filter(Boolean).join(' · '),
    })),
    ...(compact ? [{ name: 'compact', description: 'Makes room in the model’s window' }] : []),
  ];
}
