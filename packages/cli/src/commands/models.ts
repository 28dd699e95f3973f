import { CommandId, newId, ProjectId } from '@agor/protocol';
import type { AgorPaths } from '@agor/runtime';
import { ensureHub } from '../ensure-hub.ts';
import { Failure } from '../failure.ts';
import { providerArgument } from '../provider-argument.ts';
import { cleanLine } from '../render.ts';

/** `agor providers models`: what the provider's program or server offers now. */
export async function providersModels(
  paths: AgorPaths,
  provider: string,
  options: { readonly project?: string; readonly json?: boolean },
): Promise<void> {
  const id = providerArgument(provider);
  using hub = await ensureHub(paths);
  const projectId = options.project === undefined ? undefined : ProjectId.parse(options.project);
  const models = await hub.client.providers.models({ provider: id, projectId });
  if (options.json) return void process.stdout.write(`${JSON.stringify(models)}\n`);
  if (models.length === 0) process.stdout.write(`${id} tells no models before it runs.\n`);
  for (const { id: model, label, description = '' } of models)
    process.stdout.write(`${cleanLine(`${model}  ${label === model ? '' : label}  ${description}`).trimEnd()}\n`);
}

/** `agor providers pull`: fetches a model; progress goes to stderr. */
export async function providersPull(paths: AgorPaths, provider: string, model: string): Promise<void> {
  const id = providerArgument(provider);
  using hub = await ensureHub(paths);
  const steps = await hub.client.providers.pullModel({ commandId: newId(CommandId), provider: id, model });
  let last = '';
  for await (const step of steps) {
    if ('pulled' in step) return void process.stdout.write(`${step.pulled}\n`);
    const line = step.percent === null ? step.progress : `${step.progress} ${Math.floor(step.percent)} %`;
    if (line !== last) process.stderr.write(`${cleanLine(line)}\n`);
    last = line;
  }
  throw new Failure('The fetch ended without a result; see the hub log.');
}
