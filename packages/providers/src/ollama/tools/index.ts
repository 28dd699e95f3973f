import { editTool } from './edit.ts';
import { globTool } from './glob.ts';
import { grepTool } from './grep.ts';
import { listTool } from './list.ts';
import { readTool } from './read.ts';
import type { Tool } from './tool.ts';
import { writeTool } from './write.ts';

export { bashTool, endCommands } from './bash.ts';
export { shortened } from './head-and-tail.ts';
export { McpConnections } from './mcp.ts';
export { Place } from './place.ts';
export { planTool } from './plan.ts';
export { type Tool, type ToolOutcome, ToolRefusal, type ToolRun } from './tool.ts';

/** The tools that need nothing but the project. */
export const fileTools: readonly Tool[] = [readTool, listTool, globTool, grepTool, editTool, writeTool];
