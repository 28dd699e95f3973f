import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** What we use of the protocol; whatever these name comes along. */
export const ROOTS: readonly string[] = [
  'InitializeParams',
  'v2/AccountRateLimitsUpdatedNotification',
  'v2/CommandExecutionRequestApprovalParams',
  'v2/CommandExecutionRequestApprovalResponse',
  'v2/ErrorNotification',
  'v2/FileChangeRequestApprovalParams',
  'v2/FileChangeRequestApprovalResponse',
  'v2/GetAccountRateLimitsResponse',
  'v2/GetAccountResponse',
  'v2/ItemCompletedNotification',
  'v2/ItemStartedNotification',
  'v2/McpServerElicitationRequestResponse',
  'v2/ModelListParams',
  'v2/ModelListResponse',
  'v2/PermissionsRequestApprovalParams',
  'v2/PermissionsRequestApprovalResponse',
  'v2/ThreadBackgroundTerminalsListParams',
  'v2/ThreadBackgroundTerminalsListResponse',
  'v2/ThreadBackgroundTerminalsTerminateParams',
  'v2/ThreadCompactStartParams',
  'v2/ThreadForkParams',
  'v2/ThreadResumeParams',
  'v2/ThreadStartParams',
  'v2/ThreadStartResponse',
  'v2/ThreadTokenUsageUpdatedNotification',
  'v2/ToolRequestUserInputParams',
  'v2/ToolRequestUserInputResponse',
  'v2/TurnCompletedNotification',
  'v2/TurnInterruptParams',
  'v2/TurnPlanUpdatedNotification',
  'v2/TurnStartParams',
  'v2/TurnStartResponse',
  'v2/TurnSteerParams',
];

const IMPORT = /from "(\.[^"]+)"/g;

/** Everything that the program generates of its protocol, by path without extension. Throws with what the program says. */
export function generateAll(program: string, into: string): Map<string, string> {
  const run = Bun.spawnSync([program, 'app-server', 'generate-ts', '--experimental', '--out', into]);
  if (!run.success) throw new Error(`${program} generates no types: ${run.stderr.toString()}`);
  const names = readdirSync(into, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return new Map(names.map((name) => [name.slice(0, -'.ts'.length), readFileSync(join(into, name), 'utf8')]));
}

/** Of all that was generated the roots and what they name. Throws when a root is gone. */
export function usedOf(all: ReadonlyMap<string, string>): Map<string, string> {
  const used = new Map<string, string>();
  const queue = [...ROOTS];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (used.has(name)) continue;
    const text = all.get(name);
    if (text === undefined) throw new Error(`Codex's protocol has no ${name} any more`);
    used.set(name, text);
    const folder = dirname(name);
    for (const [, path = ''] of text.matchAll(IMPORT)) queue.push(normalize(join(folder, path)));
  }
  return used;
}

/** Puts the used types into the tree, in place of those before. */
export function writeUsed(used: ReadonlyMap<string, string>, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of used) {
    const file = join(folder, `${name}.ts`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Where the types that we use are kept. */
export const FOLDER = join(import.meta.dir, 'generated');

/** The types in the tree, by name. */
export function inTree(): Map<string, string> {
  const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return new Map(names.map((name) => [name.slice(0, -'.ts'.length), readFileSync(join(FOLDER, name), 'utf8')]));
}
