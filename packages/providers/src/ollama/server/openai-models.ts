import { z } from 'zod';

const Size = z.number().positive().optional().catch(undefined);

const OpenAiModel = z.looseObject({
  id: z.string(),
  /** vLLM. */
  max_model_len: Size,
  /** Routers and hosted servers. */
  context_length: Size,
  context_window: Size,
  max_context_length: Size,
  /** LM Studio: what it was really loaded with. */
  loaded_context_length: Size,
  /** llama.cpp. */
  meta: z.looseObject({ n_ctx: Size, n_ctx_train: Size }).nullish().catch(undefined),
});

/** `GET /v1/models`, with what servers add to it. */
export const OpenAiModels = z.looseObject({ data: z.array(OpenAiModel) });

/** Tokens of the model's window, by whichever name its server tells them; null when it does not. */
export function windowOf(model: z.infer<typeof OpenAiModel>): number | null {
  return (
    model.loaded_context_length ??
    model.meta?.n_ctx ??
    model.max_model_len ??
    model.context_length ??
    model.context_window ??
    model.max_context_length ??
    model.meta?.n_ctx_train ??
    null
  );
}
