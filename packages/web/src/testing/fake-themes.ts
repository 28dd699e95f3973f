import { contract, ThemeFile, type UserThemes } from '@agor/protocol';
import { implement, ORPCError } from '@orpc/server';
import type { FakeHub } from './fake-hub.ts';

/** The person's own themes: an imported one is there at once. */
export function fakeThemes(hub: FakeHub, seen: (name: string, input: unknown) => void) {
  const os = implement(contract).themes;
  const tell = (themes: UserThemes) => {
    hub.themes = themes;
    hub.tell({ kind: 'themes', themes });
  };
  return {
    import: os.import.handler(({ input }) => {
      seen('themes.import', input);
      const read = ThemeFile.safeParse(JSON.parse(input.text));
      if (!read.success) throw new ORPCError('REJECTED', { message: 'That is no theme.' });
      const id = `user:${input.name}`;
      const theme = { id, file: `${input.name}.json`, ...read.data };
      tell({ ...hub.themes, themes: [...hub.themes.themes, theme] });
      return { id };
    }),
    remove: os.remove.handler(({ input }) => {
      seen('themes.remove', input);
      tell({ ...hub.themes, themes: hub.themes.themes.filter(({ id }) => id !== input.id) });
      return { ok: true as const };
    }),
  };
}
