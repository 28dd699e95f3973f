import { ProjectId, ProviderId, type SearchQuery, SessionId } from '@agor/protocol';
import { type Dice, word } from './search-logs.ts';

type Query = Pick<SearchQuery, 'text'> & Partial<SearchQuery>;

/** What people type, from the easy to the hard: each is asked as the hub asks. */
export const KINDS: Readonly<Record<string, (dice: Dice) => Query>> = {
  'a rare word': (dice) => ({ text: `${word(20_000 + pick(dice, 30_000))} ` }),
  'a usual word': (dice) => ({ text: `${word(300 + pick(dice, 3_000))} ` }),
  'a word in most messages': (dice) => ({ text: `${word(pick(dice, 10))} ` }),
  'a word half typed': (dice) => ({ text: word(1_000 + pick(dice, 20_000)).slice(0, 3) }),
  'a usual word and one half typed': (dice) => ({
    text: `${word(300 + pick(dice, 3_000))} ${word(pick(dice, 20_000)).slice(0, 2)}`,
  }),
  'one letter': (dice) => ({ text: word(pick(dice, 26)).slice(0, 1) }),
  'a frequent and a usual word': (dice) => ({ text: `${word(pick(dice, 40))} ${word(300 + pick(dice, 2_000))} ` }),
  'two words and a rare one': (dice) => ({
    text: `${word(pick(dice, 20))} ${word(pick(dice, 200))} ${word(20_000 + pick(dice, 9_000))}`,
  }),
  'a phrase': (dice) => ({ text: `"${word(pick(dice, 10))} ${word(pick(dice, 100))}"` }),
  'a word in one project': (dice) => ({
    text: `${word(pick(dice, 500))} `,
    filters: { projectIds: [ProjectId.parse('project-3')], kinds: ['message'] },
  }),
  'a word of one provider, by role': (dice) => ({
    text: `${word(pick(dice, 500))} `,
    filters: { providers: [ProviderId.parse('codex')], roles: ['user'] },
  }),
  'a word in one session': (dice) => ({
    text: `${word(pick(dice, 500))} `,
    filters: { sessionIds: [SessionId.parse('bench-session-9')] },
  }),
};
const pick = (dice: Dice, below: number) => Math.floor(dice.roll() * below);
