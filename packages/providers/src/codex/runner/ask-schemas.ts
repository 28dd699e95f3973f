import { z } from 'zod';

/** The questions of the app server, as far as we read them. */
const place = { threadId: z.string(), itemId: z.string() };

export const CommandApproval = z.object({
  ...place,
  kind: z.string().optional(),
  command: z.string().nullish(),
  cwd: z.string().nullish(),
  reason: z.string().nullish(),
  networkApprovalContext: z.object({ host: z.string(), protocol: z.string() }).nullish(),
  /** It wants to run outside of the sandbox, or with more than that allows. */
  additionalPermissions: z.unknown().optional(),
  proposedExecpolicyAmendment: z.array(z.string()).nullish(),
});

export const PatchApproval = z.object({ ...place, reason: z.string().nullish(), grantRoot: z.string().nullish() });

export const PermissionsApproval = z.object({
  ...place,
  reason: z.string().nullish(),
  permissions: z.looseObject({
    network: z.looseObject({ enabled: z.boolean().nullish() }).nullish(),
    fileSystem: z.looseObject({ read: z.array(z.string()).nullish(), write: z.array(z.string()).nullish() }).nullish(),
  }),
});

export const UserInput = z.object({
  ...place,
  questions: z
    .array(
      z.object({
        id: z.string(),
        header: z.string().default(''),
        question: z.string(),
        options: z.array(z.object({ label: z.string(), description: z.string().default('') })).nullish(),
      }),
    )
    .min(1),
});

const Property = z.looseObject({
  type: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  enum: z.array(z.string()).optional(),
  oneOf: z.array(z.looseObject({ const: z.string(), title: z.string().optional() })).optional(),
  items: z.looseObject({ enum: z.array(z.string()).optional() }).optional(),
});
export type Property = z.infer<typeof Property>;

export const Elicitation = z.object({
  threadId: z.string(),
  serverName: z.string(),
  mode: z.string(),
  message: z.string().default(''),
  url: z.string().optional(),
  requestedSchema: z.looseObject({ properties: z.record(z.string(), Property).default({}) }).optional(),
  _meta: z.looseObject({}).nullish(),
});
export type Elicitation = z.infer<typeof Elicitation>;
