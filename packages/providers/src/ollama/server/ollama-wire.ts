import { z } from 'zod';

/** Ollama's API as far as it is used. Its server leaves out what is zero or empty, so nearly everything is optional. */

const Count = z.number().nonnegative().optional().catch(undefined);

export const OllamaChunk = z.looseObject({
  error: z.string().optional(),
  message: z
    .looseObject({
      content: z.string().nullish(),
      thinking: z.string().nullish(),
      tool_calls: z
        .array(z.looseObject({ function: z.looseObject({ name: z.string(), arguments: z.unknown() }) }))
        .nullish(),
    })
    .nullish(),
  done: z.boolean().optional(),
  done_reason: z.string().optional(),
  prompt_eval_count: Count,
  eval_count: Count,
});
export type OllamaChunk = z.infer<typeof OllamaChunk>;

export const OllamaTags = z.looseObject({
  models: z
    .array(
      z.looseObject({
        name: z.string(),
        size: z.number().optional(),
        details: z
          .looseObject({
            parameter_size: z.string().optional(),
            quantization_level: z.string().optional(),
          })
          .nullish(),
      }),
    )
    .nullish(),
});

export const OllamaShow = z.looseObject({
  /** Lines `name value` of the model's Modelfile. */
  parameters: z.string().nullish(),
  details: z.looseObject({ family: z.string().optional() }).nullish(),
  model_info: z.record(z.string(), z.unknown()).nullish(),
  capabilities: z.array(z.string()).nullish(),
});
export type OllamaShow = z.infer<typeof OllamaShow>;

export const OllamaVersion = z.looseObject({ version: z.string() });

export const OllamaPull = z.looseObject({
  error: z.string().optional(),
  status: z.string().optional(),
  digest: z.string().optional(),
  total: Count,
  completed: Count,
});
