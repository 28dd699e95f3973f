import { findVariant } from '@agor/providers';
import { providerEnvironment } from '../providers/index.ts';
import { DONE, type Hub, type Os } from './context.ts';

export function miscProcedures(os: Os, hub: Hub) {
  const { core, once, paths, log, settings } = hub;
  const api = os.misc;
  return api.router({
    info: api.info.handler(() => ({
      version: hub.version,
      build: hub.build,
      pid: process.pid,
      machinePid: core.machine.state.pid,
      dataDir: paths.dataDir,
      configDir: paths.configDir,
      testMode: process.env.AGOR_TEST === '1',
    })),
    environment: api.environment.handler(({ input: { provider } }) =>
      providerEnvironment(core.machine, hub.clock, provider, {
        ...settings.provider(provider).env,
        ...findVariant(provider, settings.provider(provider))?.env,
      }),
    ),
    shutdown: api.shutdown.handler(({ input }) =>
      once.run('misc.shutdown', input, async () => {
        await core.machine.shutdown();
        hub.endSoon();
        return DONE;
      }),
    ),
    restartMachine: api.restartMachine.handler(({ input }) =>
      once.run('misc.restartMachine', input, async () => {
        await core.machine.restart();
        return DONE;
      }),
    ),
    rebuild: api.rebuild.handler(async () => {
      await hub.search.rebuild();
      return { sessions: (await core.rebuild()).sessions };
    }),
    frontendLog: api.frontendLog.handler(({ input }) => {
      const write = input.level === 'error' ? log.error : input.level === 'warning' ? log.warn : log.info;
      write(`face: ${input.message}`, input.context === undefined ? undefined : { context: input.context });
      return DONE;
    }),
  });
}
