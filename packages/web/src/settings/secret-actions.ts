import type { App } from '../state/app.svelte.ts';

/** What the person does with secrets; what is shown is asked for anew afterwards. */
export function secretActions({ commands, client, secrets }: App) {
  const refresh = <T>(done: T): T => {
    secrets.standing.refresh();
    return done;
  };
  return {
    set: (name: string, value: string) =>
      commands
        .run(`secret:${name}`, 'The secret was not set', (commandId, options) =>
          client.secrets.set({ commandId, name, value }, options),
        )
        .then(refresh),
    remove: (name: string) =>
      commands
        .run(`secret:${name}`, 'The secret was not removed', (commandId, options) =>
          client.secrets.remove({ commandId, name }, options),
        )
        .then(refresh),
    unlock: () =>
      commands
        .run('secrets:unlock', 'The keyring stayed locked', (commandId, options) =>
          client.secrets.unlock({ commandId }, options),
        )
        .then(refresh),
  };
}
