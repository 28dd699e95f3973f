// Before the first paint: the theme of the last visit, so that a light page never flashes dark. The hub's settings follow.
try {
  document.documentElement.dataset.theme = localStorage.getItem('agor.theme') || 'mocha';
} catch {
  // Storage is switched off in this browser: the default theme stays.
}
