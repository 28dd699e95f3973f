import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@agor/runtime';
import type { Desktop, Shown } from './desktop.ts';
import { type Environment, runProgram } from './run-program.ts';

const NAME = 'org.freedesktop.Notifications';
const PATH = '/org/freedesktop/Notifications';
const URGENCY = { low: 0, normal: 1, critical: 2 } as const;

/**
 * The desktop's notification daemon on the session bus, through `gdbus`, or `notify-send` where only that is there. Null when there is no
 * bus or nobody on it shows notifications. The texts of agents never go through a shell.
 */
export async function findFreedesktop(env: Environment, clock: Clock): Promise<Desktop | null> {
  if (!hasBus(env)) return null;
  const path = { PATH: env.PATH ?? '' };
  const gdbus = Bun.which('gdbus', path);
  if (gdbus) {
    const call = (method: string, ...args: string[]) =>
      runProgram(
        [
          gdbus,
          'call',
          '--session',
          '--timeout',
          '8',
          '--dest',
          NAME,
          '--object-path',
          PATH,
          '--method',
          `${NAME}.${method}`,
          ...args,
        ],
        env,
        clock,
      );
    const capabilities = await call('GetCapabilities');
    return capabilities === null ? null : overGdbus(call, capabilities.includes("'body-markup'"));
  }
  const notifySend = Bun.which('notify-send', path);
  // It does not say whether anybody is there to show something; where a screen is, there mostly is.
  const hasScreen = Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
  return notifySend && hasScreen ? overNotifySend(notifySend, env, clock) : null;
}

/** Without either, gdbus would start a bus of its own that nobody listens to. */
function hasBus(env: Environment): boolean {
  if (env.DBUS_SESSION_BUS_ADDRESS) return true;
  return env.XDG_RUNTIME_DIR !== undefined && existsSync(join(env.XDG_RUNTIME_DIR, 'bus'));
}

type Call = (method: string, ...args: string[]) => Promise<string | null>;

function overGdbus(call: Call, hasMarkup: boolean): Desktop {
  return {
    show: async ({ title, body, urgency }) => {
      const text = hasMarkup ? withoutMarkup(body) : body;
      const hints = `{'urgency': <byte ${URGENCY[urgency]}>, 'desktop-entry': <'agor'>}`;
      const strings = ['agor', '', title, text].map(asVariant) as [string, string, string, string];
      const [app, icon, ...said] = strings;
      const answer = await call('Notify', app, 'uint32 0', icon, ...said, '@as []', hints, 'int32 -1');
      return answer === null ? null : (/uint32 (\d+)/.exec(answer)?.[1] ?? '');
    },
    close: async (handle) => {
      if (handle !== '') await call('CloseNotification', `uint32 ${handle}`);
    },
  };
}

function overNotifySend(program: string, env: Environment, clock: Clock): Desktop {
  return {
    show: ({ title, body, urgency }: Shown) => {
      const command = [program, '--app-name=agor', `--urgency=${urgency}`, '--', title, withoutMarkup(body)];
      return runProgram(command, env, clock).then((said) => (said === null ? null : ''));
    },
    close: async () => {}, // it has no way to
  };
}

/** As GVariant's text format writes a string, whatever stands in it. */
export function asVariant(text: string): string {
  const printable = [...text].map((char) => (char < ' ' || char === '\u007f' ? ' ' : char)).join('');
  return `'${printable.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** What an agent writes is no markup. */
function withoutMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
