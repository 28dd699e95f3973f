import { brokenOff, ServerFailure } from './failure.ts';
import { FIRST_BYTE_LIMIT_MS, ndjson, send, type Target } from './http.ts';
import { OllamaPull } from './ollama-wire.ts';

/** A layer's digest: `pulling 801dcad02f38`. */
const LAYER = /^pulling ([0-9a-f]{6,})/;

/**
 * Fetches a model with Ollama and tells how far it is. The percentage is of all layers that are known so far, weighed by size. An abort
 * hangs up; Ollama keeps what it has and goes on from there the next time.
 */
export async function pullModel(
  target: Target,
  model: string,
  tell: (progress: { readonly progress: string; readonly percent: number | null }) => void,
  signal: AbortSignal,
): Promise<void> {
  const body = { model, stream: true };
  const response = await send(target, '/api/pull', { body, model, signal, limitMs: FIRST_BYTE_LIMIT_MS });
  const layers = new Map<string, { readonly total: number; readonly completed: number }>();
  for await (const line of ndjson(target, response, signal)) {
    const told = OllamaPull.safeParse(line);
    if (!told.success) throw brokenOff(target.name, 'a line about the progress is not understood');
    const { error, status, digest, total, completed } = told.data;
    if (error !== undefined) throw pullFailure(target, model, error);
    if (status === 'success') return tell({ progress: `${model} is ready`, percent: 100 });
    if (digest !== undefined && total) layers.set(digest, { total, completed: completed ?? 0 });
    tell({ progress: wordsOf(status ?? '', model), percent: percentOf([...layers.values()]) });
  }
  throw brokenOff(target.name, `the fetch of ${model} ended without success`);
}

function pullFailure(target: Target, model: string, error: string): ServerFailure {
  if (/file does not exist|not found|manifest/i.test(error))
    return new ServerFailure(`There is no model ${model} to fetch (${error}). Is its name right?`);
  return new ServerFailure(`${target.name} could not fetch ${model}: ${error}`);
}

function wordsOf(status: string, model: string): string {
  return LAYER.test(status) ? `Fetching ${model}` : status;
}

function percentOf(layers: readonly { readonly total: number; readonly completed: number }[]): number | null {
  const total = layers.reduce((sum, each) => sum + each.total, 0);
  if (total === 0) return null;
  const completed = layers.reduce((sum, each) => sum + Math.min(each.completed, each.total), 0);
  return Math.floor((completed / total) * 100);
}
