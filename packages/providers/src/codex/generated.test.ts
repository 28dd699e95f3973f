import { afterAll, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { installedBinary } from '../install/index.ts';
import type { ErrorEvent, ItemEvent, PlanEvent, TokenUsageEvent, TurnCompletedEvent } from './adapter/vendor-events.ts';
import { generateAll, usedOf, writeUsed } from './generate-types.ts';
import type { AccountRateLimitsUpdatedNotification } from './generated/v2/AccountRateLimitsUpdatedNotification.ts';
import type { CommandExecutionRequestApprovalParams } from './generated/v2/CommandExecutionRequestApprovalParams.ts';
import type { ErrorNotification } from './generated/v2/ErrorNotification.ts';
import type { FileChangeRequestApprovalParams } from './generated/v2/FileChangeRequestApprovalParams.ts';
import type { GetAccountRateLimitsResponse } from './generated/v2/GetAccountRateLimitsResponse.ts';
import type { GetAccountResponse } from './generated/v2/GetAccountResponse.ts';
import type { ItemCompletedNotification } from './generated/v2/ItemCompletedNotification.ts';
import type { ItemStartedNotification } from './generated/v2/ItemStartedNotification.ts';
import type { ModelListResponse } from './generated/v2/ModelListResponse.ts';
import type { PermissionsRequestApprovalParams } from './generated/v2/PermissionsRequestApprovalParams.ts';
import type { ThreadBackgroundTerminalsListResponse } from './generated/v2/ThreadBackgroundTerminalsListResponse.ts';
import type { ThreadStartResponse } from './generated/v2/ThreadStartResponse.ts';
import type { ThreadTokenUsageUpdatedNotification } from './generated/v2/ThreadTokenUsageUpdatedNotification.ts';
import type { ToolRequestUserInputParams } from './generated/v2/ToolRequestUserInputParams.ts';
import type { TurnCompletedNotification } from './generated/v2/TurnCompletedNotification.ts';
import type { TurnPlanUpdatedNotification } from './generated/v2/TurnPlanUpdatedNotification.ts';
import type { TurnStartResponse } from './generated/v2/TurnStartResponse.ts';
import { codex } from './provider.ts';
import type { CommandApproval, PatchApproval, PermissionsApproval, UserInput } from './runner/ask-schemas.ts';
import type { Account, Models, Terminals, Thread, TurnId } from './runner/calls.ts';
import type { RateLimits } from './runner/quota.ts';

/** Held by the compiler: what the pinned program sends is what our schemas read. */
type Reads<Schema extends z.ZodType, Sent extends z.input<Schema>> = readonly [Schema, Sent];
export type Read = readonly [
  Reads<typeof CommandApproval, CommandExecutionRequestApprovalParams>,
  Reads<typeof PatchApproval, FileChangeRequestApprovalParams>,
  Reads<typeof PermissionsApproval, PermissionsRequestApprovalParams>,
  Reads<typeof UserInput, ToolRequestUserInputParams>,
  Reads<typeof ItemEvent, ItemStartedNotification>,
  Reads<typeof ItemEvent, ItemCompletedNotification>,
  Reads<typeof TurnCompletedEvent, TurnCompletedNotification>,
  Reads<typeof ErrorEvent, ErrorNotification>,
  Reads<typeof PlanEvent, TurnPlanUpdatedNotification>,
  Reads<typeof TokenUsageEvent, ThreadTokenUsageUpdatedNotification>,
  Reads<typeof RateLimits, AccountRateLimitsUpdatedNotification>,
  Reads<typeof RateLimits, GetAccountRateLimitsResponse>,
  Reads<typeof Thread, ThreadStartResponse>,
  Reads<typeof Models, ModelListResponse>,
  Reads<typeof Account, GetAccountResponse>,
  Reads<typeof Terminals, ThreadBackgroundTerminalsListResponse>,
  Reads<typeof TurnId, TurnStartResponse>,
];

const FOLDER = join(import.meta.dir, 'generated');
const providersDir = process.env.AGOR_PROVIDERS_DIR || join(import.meta.dir, '../../../../.cache/providers');
const program = codex.cli && installedBinary(codex.id, codex.cli, providersDir);
const scratch = mkdtempSync(join(tmpdir(), 'agor-codex-types-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function inTree(): Map<string, string> {
  const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return new Map(names.map((name) => [name.slice(0, -'.ts'.length), readFileSync(join(FOLDER, name), 'utf8')]));
}

test('the types in the tree are whole: whatever they name is there', () => {
  const kept = inTree();
  expect([...usedOf(kept).keys()].sort()).toEqual([...kept.keys()].sort());
});

/** `UPDATE_GENERATED=1` writes the types anew, after the pinned version was changed. */
test.skipIf(!program || !existsSync(program))(
  'the types in the tree are those that the pinned program generates (needs codex 0.169.0)',
  () => {
    const used = usedOf(generateAll(program ?? '', scratch));
    if (process.env.UPDATE_GENERATED) writeUsed(used, FOLDER);
    const kept = inTree();
    expect([...kept.keys()].sort()).toEqual([...used.keys()].sort());
    for (const [name, text] of used) if (kept.get(name) !== text) expect(kept.get(name)).toBe(text);
  },
  60_000,
);
