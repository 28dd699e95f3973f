import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** More would fill the screen; the count tells that there are. */
const SHOWN = 5;

/**
 * Sockets by which whoever may write to them gets more than files: Landlock does not stop them (architecture §5.8), bubblewrap hides
 * them. Only what is there is told, as information: an agent without sandbox has the person's power anyway.
 */
export function pathSockets(env: Env = process.env, uid = process.getuid?.() ?? 0, root = '/'): Finding[] {
  const runtime = env.XDG_RUNTIME_DIR ?? join(root, 'run/user', String(uid));
  const places: [what: string, paths: string[], why: string][] = [
    [
      'docker socket',
      [
        ...unixPath(env.DOCKER_HOST),
        join(root, 'var/run/docker.sock'),
        join(root, 'run/podman/podman.sock'),
        join(runtime, 'docker.sock'),
        join(runtime, 'podman/podman.sock'),
      ],
      'as good as root',
    ],
    ['ssh agent', env.SSH_AUTH_SOCK ? [env.SSH_AUTH_SOCK] : [], 'signs with your keys'],
    ['gpg agent', [join(runtime, 'gnupg/S.gpg-agent')], 'signs with your keys'],
    ['D-Bus', [...unixPath(env.DBUS_SESSION_BUS_ADDRESS), join(runtime, 'bus')], 'starts programs outside a sandbox'],
    [
      'keyring',
      [
        ...(env.GNOME_KEYRING_CONTROL ? [join(env.GNOME_KEYRING_CONTROL, 'control')] : []),
        join(runtime, 'keyring/control'),
      ],
      'holds your passwords',
    ],
    [
      'display',
      [...inFolder(join(root, 'tmp/.X11-unix')), ...(env.WAYLAND_DISPLAY ? [join(runtime, env.WAYLAND_DISPLAY)] : [])],
      'sees and types into your windows',
    ],
    [
      'tmux',
      inFolder(env.TMUX_TMPDIR ? join(env.TMUX_TMPDIR, `tmux-${uid}`) : join(root, 'tmp', `tmux-${uid}`)),
      'types into your terminals',
    ],
  ];
  return places.flatMap(([name, paths, why]): Finding[] => {
    const there = [...new Set(paths)].filter(isSocket);
    if (there.length === 0) return [];
    const more = there.length > SHOWN ? `, and ${there.length - SHOWN} more` : '';
    return [{ name, state: 'info', detail: `${there.slice(0, SHOWN).join(', ')}${more}: ${why}` }];
  });
}

/** The path of `unix:///run/x` and `unix:path=/run/x,guid=…`. */
function unixPath(address: string | undefined): string[] {
  const path = /^unix:(?:path=|\/\/)([^,;]+)/.exec(address ?? '')?.[1];
  return path === undefined ? [] : [path];
}

function inFolder(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return []; // no such folder, or none of ours
  }
}

function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch {
    return false; // not there, or not to be seen
  }
}
