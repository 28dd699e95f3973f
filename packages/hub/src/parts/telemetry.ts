import type { Core } from '../core/index.ts';
import { findMember } from '../groups/index.ts';
import { broughtMessages } from '../team/index.ts';
import type { ExporterOptions, Telemetry } from '../telemetry/index.ts';
import { VERSION } from '../version.ts';
import type { Ground } from './ground.ts';

/** Lets telemetry hear what the hub does. That it can't be loaded keeps no hub from its work. */
export async function startTelemetry(
  telemetry: Telemetry,
  { clock, bus, log, problems, groups, redactor, teamDb, own }: Ground,
  core: Core,
  env: ExporterOptions['env'],
): Promise<void> {
  own.defer(() => telemetry.close());
  try {
    await telemetry.start(
      {
        version: VERSION,
        clock,
        bus,
        log,
        problems,
        redact: (text) => redactor.text(text),
        agentName: (id) => findMember(groups.current, id)?.project.name,
        messagesOf: (promptId) => broughtMessages(teamDb, promptId),
        sessions: {
          open: () =>
            core.sessions
              .list()
              .map(({ state }) => state)
              .filter(({ turn, inFlight, queue }) => turn !== null || inFlight.length > 0 || queue.length > 0),
          page: (sessionId, before, limit) => core.sessions.page({ sessionId, before, limit }).events,
        },
        watchOutbox: (observer) => core.outbox.watch(observer),
        pendingCommands: () => core.outbox.count(),
      },
      env,
    );
    log.info('telemetry is exported');
  } catch (error) {
    log.error('telemetry could not be started', { error });
    problems.raise(
      'telemetry-export',
      `Telemetry could not be started: ${error instanceof Error ? error.message : error}`,
    );
  }
}
