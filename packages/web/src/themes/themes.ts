/** The themes that can be chosen. Each is a CSS file of the same name in this folder, imported by app.css. */
export const themes = [
  { id: 'mocha', label: 'Catppuccin Mocha', isDark: true },
  { id: 'latte', label: 'Catppuccin Latte', isDark: false },
] as const;

/** The theme of this name; an unknown one (of a newer build, or removed) is shown as the default. */
export function themeOf(id: unknown): (typeof themes)[number] {
  return themes.find((theme) => theme.id === id) ?? themes[0];
}
