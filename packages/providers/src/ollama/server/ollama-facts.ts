import type { ModelFacts } from './chat.ts';
import type { OllamaShow } from './ollama-wire.ts';

/** Tokens of the window where nobody says otherwise: a model's own maximum can need more memory than the computer has. */
export const DEFAULT_NUM_CTX = 32_768;

/** What `/api/show` says of a model. A server too old to tell capabilities leaves them unknown. */
export function factsOf(show: OllamaShow, numCtx: number | undefined): ModelFacts {
  const can = show.capabilities ?? null;
  const levels = show.details?.family === 'gptoss';
  return {
    tools: can?.includes('tools') ?? null,
    vision: can?.includes('vision') ?? null,
    thinking: can === null ? 'unknown' : !can.includes('thinking') ? 'none' : levels ? 'levels' : 'switch',
    contextWindow: windowOf(show, numCtx),
  };
}

/** As configured, else as the Modelfile has it, else DEFAULT_NUM_CTX; never more than the model was made for. */
function windowOf(show: OllamaShow, numCtx: number | undefined): number {
  const wanted = numCtx ?? parameter(show, 'num_ctx') ?? DEFAULT_NUM_CTX;
  const most = trainedFor(show);
  return most === null ? wanted : Math.min(wanted, most);
}

function trainedFor({ model_info: info }: OllamaShow): number | null {
  const architecture = info?.['general.architecture'];
  const length = typeof architecture === 'string' ? info?.[`${architecture}.context_length`] : undefined;
  return typeof length === 'number' && length > 0 ? length : null;
}

function parameter({ parameters }: OllamaShow, name: string): number | undefined {
  const [, value] = new RegExp(`^${name}\\s+(\\d+)\\s*$`, 'm').exec(parameters ?? '') ?? [];
  return value === undefined ? undefined : Number(value);
}
