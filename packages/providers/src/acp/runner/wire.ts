import { z } from 'zod';

// What we read of the protocol, versions 1 and 2, and no more. Agents may add what they like; what has another form than told here is kept raw.

export const Meta = z.record(z.string(), z.unknown()).nullish();

/** A part of a prompt, a message or a tool's output; which fields are there depends on its type. */
export const ContentBlock = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  data: z.string().optional(),
  mimeType: z.string().nullish(),
  uri: z.string().nullish(),
  name: z.string().nullish(),
});
export type ContentBlock = z.infer<typeof ContentBlock>;

export const ChunkUpdate = z.looseObject({ content: ContentBlock, messageId: z.string().nullish(), _meta: Meta });
/** Version 2: a whole message. */
export const MessageUpdate = z.looseObject({
  content: z.array(ContentBlock).nullish(),
  messageId: z.string().nullish(),
  _meta: Meta,
});

export const ToolContent = z.looseObject({
  type: z.string(),
  content: ContentBlock.optional(),
  path: z.string().optional(),
  oldText: z.string().nullish(),
  newText: z.string().optional(),
  terminalId: z.string().optional(),
  changes: z.array(z.looseObject({ operation: z.string().optional(), path: z.string() })).optional(),
  patch: z.looseObject({ text: z.string() }).nullish(),
});
export type ToolContent = z.infer<typeof ToolContent>;

/** `tool_call` and `tool_call_update` alike: either may come first, and everything but the id may be missing. */
export const ToolUpdate = z.looseObject({
  toolCallId: z.string(),
  title: z.string().nullish(),
  name: z.string().nullish(),
  kind: z.string().nullish(),
  status: z.string().nullish(),
  rawInput: z.unknown().optional(),
  rawOutput: z.unknown().optional(),
  content: z.array(ToolContent).nullish(),
  locations: z.array(z.looseObject({ path: z.string() })).nullish(),
  _meta: Meta,
});
export type ToolUpdate = z.infer<typeof ToolUpdate>;

/** Version 2. */
export const TerminalUpdate = z.looseObject({
  terminalId: z.string(),
  output: z.looseObject({ data: z.string() }).nullish(),
  exitStatus: z.looseObject({ exitCode: z.number().int().nullish() }).nullish(),
  /** Of a `terminal_output_chunk`. */
  data: z.string().optional(),
});

export const Update = z.looseObject({ sessionUpdate: z.string() });
export type Update = z.infer<typeof Update>;
export const UpdateParams = z.looseObject({ sessionId: z.string(), update: Update });

export const PermissionOption = z.looseObject({ optionId: z.string(), name: z.string(), kind: z.string() });
export type PermissionOption = z.infer<typeof PermissionOption>;
/** Version 1 names the call, version 2 a title and a subject. */
export const PermissionRequest = z.looseObject({
  options: z.array(PermissionOption),
  toolCall: ToolUpdate.optional(),
  title: z.string().optional(),
  description: z.string().nullish(),
  subject: z
    .looseObject({ type: z.string(), toolCall: ToolUpdate.optional(), command: z.string().optional() })
    .nullish(),
});
export type PermissionRequest = z.infer<typeof PermissionRequest>;

const Choice = z.looseObject({ value: z.string(), name: z.string(), description: z.string().nullish() });
const ChoiceGroup = z.looseObject({ name: z.string(), options: z.array(Choice) });
export const ConfigOption = z.looseObject({
  /** `configId` in version 2. */
  id: z.string().optional(),
  configId: z.string().optional(),
  name: z.string(),
  description: z.string().nullish(),
  category: z.string().nullish(),
  type: z.string(),
  currentValue: z.union([z.string(), z.boolean()]),
  options: z.array(z.union([Choice, ChoiceGroup])).optional(),
});
export type ConfigOption = z.infer<typeof ConfigOption>;

export const Modes = z.looseObject({
  currentModeId: z.string(),
  availableModes: z.array(z.looseObject({ id: z.string(), name: z.string(), description: z.string().nullish() })),
});
export type Modes = z.infer<typeof Modes>;
export const Models = z.looseObject({
  currentModelId: z.string(),
  availableModels: z.array(
    z.looseObject({ modelId: z.string(), name: z.string(), description: z.string().nullish(), _meta: Meta }),
  ),
});

export type Models = z.infer<typeof Models>;

/** The answer to session/new, load, resume and fork. */
export const SessionAnswer = z.looseObject({
  sessionId: z.string().optional(),
  modes: Modes.nullish().catch(null),
  models: Models.nullish().catch(null),
  configOptions: z.array(z.unknown()).nullish().catch(null),
});
export type SessionAnswer = z.infer<typeof SessionAnswer>;

const Flag = z.looseObject({}).nullish().catch(null);
const SessionAbilities = z
  .looseObject({ resume: Flag, fork: Flag, close: Flag, additionalDirectories: Flag })
  .nullish()
  .catch(null);
export const InitializeAnswer = z.looseObject({
  protocolVersion: z.number(),
  agentInfo: z.looseObject({ name: z.string(), version: z.string().nullish() }).nullish().catch(null),
  /** Version 2's `agentInfo`. */
  info: z.looseObject({ name: z.string(), version: z.string().nullish() }).nullish().catch(null),
  agentCapabilities: z
    .looseObject({
      loadSession: z.boolean().nullish().catch(false),
      promptCapabilities: z.looseObject({ image: z.boolean().nullish() }).nullish().catch(null),
      mcpCapabilities: z.looseObject({ http: z.boolean().nullish(), sse: z.boolean().nullish() }).nullish().catch(null),
      sessionCapabilities: SessionAbilities,
    })
    .nullish(),
  capabilities: z
    .looseObject({
      session: z
        .looseObject({
          prompt: z.looseObject({ image: Flag }).nullish().catch(null),
          fork: Flag,
          mcp: z.looseObject({ http: Flag }).nullish().catch(null),
        })
        .nullish()
        .catch(null),
    })
    .nullish(),
  authMethods: z
    .array(
      z.looseObject({
        id: z.string().optional(),
        methodId: z.string().optional(),
        name: z.string(),
        description: z.string().nullish(),
      }),
    )
    .nullish()
    .catch([]),
});
export type InitializeAnswer = z.infer<typeof InitializeAnswer>;

const count = z.number().nonnegative().nullish();
/** The answer to session/prompt in version 1, a `state_update` in version 2. */
export const PromptEnd = z.looseObject({
  stopReason: z.string().nullish(),
  usage: z
    .looseObject({ inputTokens: count, outputTokens: count, cachedReadTokens: count, cachedWriteTokens: count })
    .nullish()
    .catch(null),
  _meta: Meta,
});
export type PromptEnd = z.infer<typeof PromptEnd>;

export const Commands = z.looseObject({
  availableCommands: z.array(
    z.looseObject({
      name: z.string(),
      description: z.string().nullish(),
      input: z.looseObject({ hint: z.string().nullish() }).nullish().catch(null),
    }),
  ),
});
