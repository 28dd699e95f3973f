import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** Our components are written with runes; libraries may still ship the older kind. */
const runes = (/** @type {{ filename: string }} */ { filename }) =>
  filename.split(/[/\\]/).includes('node_modules') ? undefined : true;

/** @type {import('@sveltejs/vite-plugin-svelte').SvelteConfig} */
export default { preprocess: vitePreprocess({ script: false }), compilerOptions: { runes } };
