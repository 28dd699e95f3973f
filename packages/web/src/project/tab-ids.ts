import type { Box } from '../state/boxes.ts';

/** Ids that tie a tab to its panel; unique in the page. */
export const tabId = (box: Box, tab: string) => `tab-${box.key}-${tab}`;
export const panelId = (box: Box, tab: string) => `panel-${box.key}-${tab}`;
