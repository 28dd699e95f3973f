/** Writes docs/settings.md anew from the schemas of the settings. A test holds that it is up to date. */
import { join } from 'node:path';
import { settingsMarkdown } from '../packages/protocol/src/describe-settings.ts';

await Bun.write(join(import.meta.dirname, '..', 'docs', 'settings.md'), settingsMarkdown());
