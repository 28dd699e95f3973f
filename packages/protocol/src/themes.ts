import { z } from 'zod';

/** The colours of a theme, by their names in Catppuccin's scheme, from accents to grounds. */
export const themeColors = [
  'rosewater',
  'flamingo',
  'pink',
  'mauve',
  'red',
  'maroon',
  'peach',
  'yellow',
  'green',
  'teal',
  'sky',
  'sapphire',
  'blue',
  'lavender',
  'text',
  'subtext1',
  'subtext0',
  'overlay2',
  'overlay1',
  'overlay0',
  'surface2',
  'surface1',
  'surface0',
  'base',
  'mantle',
  'crust',
] as const;
export type ThemeColor = (typeof themeColors)[number];

const color = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'a colour is written as #rrggbb, for example #1e1e2e')
  .transform((text) => text.toLowerCase());

/** A theme of the person's own, as it stands in a file `themes/<name>.json` of the config folder. */
export const ThemeFile = z.strictObject({
  label: z.string().trim().min(1).max(60),
  isDark: z.boolean(),
  /** What is not given is as in Catppuccin Mocha (dark) or Latte (light). Strict: a misspelt name is told and not passed over. */
  colors: z.partialRecord(z.enum(themeColors), color),
});
export type ThemeFile = z.infer<typeof ThemeFile>;

/** A file that could be read; its theme is chosen by `user:<file name without .json>`. */
export type UserTheme = { readonly id: string; readonly file: string } & ThemeFile;

/** A file that could not: what is wrong, in words that name the field. */
export type ThemeProblem = { readonly file: string; readonly message: string };

/** What stands in the folder of the person's themes. */
export type UserThemes = {
  readonly folder: string;
  readonly themes: readonly UserTheme[];
  readonly problems: readonly ThemeProblem[];
};
