import { sessionChoices, sessionCommands } from '../agent/commands.ts';
import { exportCommands } from '../export/commands.ts';
import { pluginCommands } from '../plugins/commands.ts';
import { groupCommands, projectCommands } from '../project/commands.ts';
import { fileCommands } from '../project/tabs/files/commands.ts';
import { testingCommands } from '../project/tabs/testing/commands.ts';
import { searchCommands } from '../search/commands.ts';
import { shellCommands } from '../shell/commands.ts';
import { teamCommands } from '../team/commands.ts';
import { sshCommands, terminalCommands } from '../terminal/commands.ts';
import { themeCommands } from '../themes/commands.ts';
import type { AppCommand, CommandSource } from './command.ts';

/**
 * The commands that are there for as long as the window is, domain by domain: in the order in which the palette offers them before anything
 * is looked for. What they need that is large, they load when they run.
 */
export const builtIn: readonly (readonly AppCommand[] | CommandSource)[] = [
  sessionCommands,
  projectCommands,
  exportCommands,
  sessionChoices,
  terminalCommands,
  sshCommands,
  fileCommands,
  testingCommands,
  searchCommands,
  teamCommands,
  shellCommands,
  groupCommands,
  pluginCommands,
  themeCommands,
];
