export { readCatalogue } from './catalogue.ts';
export { PLUGIN_PAGE_PATH, pluginPage } from './page/index.ts';
export { Plugins, pluginsFolder } from './plugins.ts';
