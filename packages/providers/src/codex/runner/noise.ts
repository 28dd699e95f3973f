/** Notifications that tell nothing to people, or what something else tells as well: they are not worth a place in the journal. */
const NOISE: ReadonlySet<string> = new Set([
  'account/gatewayOAuth/changed',
  'account/login/completed',
  'account/rateLimits/updated',
  'account/updated',
  'app/list/updated',
  'autoApprovalReview/strictReviewRequired',
  'fs/changed',
  'hook/started',
  'item/commandExecution/terminalInteraction',
  'item/fileChange/outputDelta',
  'item/fileChange/patchUpdated',
  'item/mcpToolCall/progress',
  'mcpServer/oauthLogin/completed',
  'model/safetyBuffering/updated',
  'model/verification',
  'modelProvider/authRecoveryCompleted',
  'modelProvider/authRecoveryStarted',
  'project/changed',
  'rawResponse/completed',
  'rawResponseItem/completed',
  'remoteControl/status/changed',
  'serverRequest/resolved',
  'skills/changed',
  'thread/archived',
  'thread/attachment/updated',
  'thread/closed',
  'thread/compacted',
  'thread/deleted',
  'thread/environment/connected',
  'thread/environment/disconnected',
  'thread/goal/cleared',
  'thread/goal/updated',
  'thread/name/updated',
  'thread/prediction/updated',
  'thread/project/updated',
  'thread/queue/changed',
  'thread/readState/changed',
  'thread/section/changed',
  'thread/settings/updated',
  'thread/started',
  'thread/status/changed',
  'thread/unarchived',
  'turn/diff/updated',
  'turn/moderationMetadata',
  'turn/started',
]);

/** Items whose beginning is worth telling: calls. The words of others are told when they are complete, and stream until then. */
const CALLS: ReadonlySet<string> = new Set([
  'collabAgentToolCall',
  'commandExecution',
  'contextCompaction',
  'dynamicToolCall',
  'fileChange',
  'imageView',
  'mcpToolCall',
  'subAgentActivity',
]);

/** Whether a notification need not be kept. One of a kind that nobody knows is no noise. */
export function isNoise(method: string, params: unknown): boolean {
  if (NOISE.has(method)) return true;
  const told = (params ?? {}) as { item?: { type?: unknown }; status?: unknown; willRetry?: unknown };
  const { item, status } = told;
  const type = typeof item?.type === 'string' ? item.type : '';
  // A failure after which Codex tries again is told as a wait.
  if (method === 'error') return told.willRetry === true;
  if (method === 'item/started') return !CALLS.has(type);
  if (method === 'item/completed') return type === 'userMessage';
  return method === 'mcpServer/startupStatus/updated' && status !== 'failed';
}
