import type { WatchRest } from '../core/index.ts';
import { hasDemo } from '../groups/index.ts';
import { mask } from '../kept-values/index.ts';
import type { Hub, Os } from './context.ts';
import { withWireErrors } from './errors.ts';

export function eventProcedures(os: Os, hub: Hub) {
  const { core, log } = hub;
  const api = os.events;
  return api.router({
    watch: api.watch.handler(({ signal, path }) => {
      hub.groups.refresh(); // where the folder can't be watched, a new window still shows what the file says
      return withWireErrors(
        core.streams.watch(() => overview(hub), signal),
        path,
        log,
      );
    }),
    follow: api.follow.handler(({ input, signal, path }) =>
      withWireErrors(core.streams.follow(input, signal), path, log),
    ),
  });
}

function overview(hub: Hub): WatchRest {
  return {
    version: hub.version,
    build: hub.build,
    groups: mask(hub.groups.current),
    settings: hub.settings.list(),
    ptys: hub.terminals.list(),
    providers: hub.providers.list(),
    firstRun: hasDemo(hub.groups.current),
    health: [...hub.health.list()],
    wake: hub.wake.standing(),
    notifications: hub.notifier.standing(),
    conflicts: [...hub.conflicts.list()],
    themes: hub.themes.current,
    ...(hub.telemetry ? { telemetry: true } : {}),
  };
}
