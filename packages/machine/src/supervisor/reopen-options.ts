import type { FromRunner, MachineCommand, ProviderId, RunOptions } from '@agor/protocol';

/** How a session's runner was started last: what it takes to start it again. */
export interface StartOrder {
  readonly provider: ProviderId;
  readonly projectId: Extract<MachineCommand, { kind: 'open' }>['projectId'];
  readonly options: RunOptions;
}

/**
 * What is kept of a start order: not the history, for what was said since is not in it; a provider that goes by it is handed a new
 * one with the next prompt. Nor allowances that count once: the crashed runner may have used them up. Of a runner that lives already,
 * what it told in the meantime counts more than what the hub knew.
 */
export function orderOf({ provider, projectId, options }: StartOrder, known?: StartOrder): StartOrder {
  const { history: _, ...rest } = options;
  const order = { provider, projectId, options: { ...rest, rules: rest.rules.filter(({ once }) => !once) } };
  if (known?.options.resumeSessionId === undefined) return order;
  const { resumeSessionId, forkSession } = known.options;
  return withOptions(order, { resumeSessionId, forkSession });
}

/** The order as the runner's own words change it: the conversation that it goes on with, and its settings. */
export function afterLine(order: StartOrder, line: FromRunner): StartOrder {
  if (line.type !== 'agent_info') return order;
  const { providerSessionId, model, permissionMode } = line;
  const { resumeSessionId, forkSession } = order.options;
  return withOptions(order, {
    ...(model === undefined ? {} : { model }),
    ...(permissionMode === undefined ? {} : { permissionMode }),
    ...(providerSessionId === undefined
      ? {}
      : {
          resumeSessionId: providerSessionId,
          // Until the agent tells a new id, the copy is not made yet.
          forkSession: forkSession && providerSessionId === resumeSessionId,
        }),
  });
}

/** As `afterLine`, for what a person chose while no runner could take it. */
export function afterSet(order: StartOrder, set: Extract<MachineCommand, { kind: 'set' }>): StartOrder {
  const { model, permissionMode, controls } = set;
  return withOptions(order, {
    ...(model === undefined ? {} : { model }),
    ...(permissionMode === undefined ? {} : { permissionMode }),
    ...(controls === undefined ? {} : { controls: { ...order.options.controls, ...controls } }),
  });
}

function withOptions(order: StartOrder, changes: Partial<RunOptions>): StartOrder {
  return { ...order, options: { ...order.options, ...changes } };
}
