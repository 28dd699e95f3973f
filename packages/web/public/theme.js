// Before the first paint: the look of the last visit, so that a light page never flashes dark. The hub's settings follow.
try {
  const kept = JSON.parse(localStorage.getItem('agor.theme'));
  const look = matchMedia('(prefers-color-scheme: light)').matches ? kept.light : kept.dark;
  const root = document.documentElement;
  root.dataset.theme = look.id;
  root.style.colorScheme = look.isDark ? 'dark' : 'light';
  for (const [name, color] of Object.entries(look.tokens)) root.style.setProperty(`--${name}`, color);
} catch {
  // Nothing is remembered, or storage is switched off in this browser: the default theme stays.
}
