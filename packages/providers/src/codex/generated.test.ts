import { expect, test } from 'bun:test';
import type { z } from 'zod';
import type { ErrorEvent, ItemEvent, PlanEvent, TokenUsageEvent, TurnCompletedEvent } from './adapter/vendor-events.ts';
import { inTree, usedOf } from './generate-types.ts';
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

test('the types in the tree are whole: whatever they name is there', () => {
  const kept = inTree();
  expect([...usedOf(kept).keys()].sort()).toEqual([...kept.keys()].sort());
});
