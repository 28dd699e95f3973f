import { join } from 'node:path';

type Env = Readonly<Record<string, string>>;

/** They lead to agents, buses, displays and daemons outside, which would do there what the sandbox forbids. */
const TAKEN = [
  /^SSH_(AUTH_SOCK|AGENT_PID|ASKPASS|CONNECTION|CLIENT|TTY)$/,
  /^GPG_(AGENT_INFO|TTY)$/,
  /^DBUS_/,
  /^(DISPLAY|WAYLAND_DISPLAY|WAYLAND_SOCKET|XAUTHORITY|ICEAUTHORITY|SESSION_MANAGER|XDG_RUNTIME_DIR|XDG_SESSION_ID)$/,
  /^GNOME_KEYRING_/,
  /^(KDE_SESSION_|KONSOLE_|GNOME_TERMINAL_|KITTY_LISTEN_ON|WEZTERM_UNIX_SOCKET)/,
  /^(DOCKER_|CONTAINER_HOST|PODMAN_|BUILDKIT_HOST|KUBECONFIG|MINIKUBE_|LIBVIRT_)/,
  /^(TMUX|TMUX_PANE|TMUX_TMPDIR|STY|ZELLIJ)/,
  /^(VSCODE_IPC_HOOK|VSCODE_GIT_|VSCODE_INJECTION|GIT_ASKPASS|SUDO_ASKPASS|SUDO_)/,
  /^(I3SOCK|SWAYSOCK|HYPRLAND_|NIRI_SOCKET|PULSE_SERVER|PIPEWIRE_)/,
];

/** The environment without what leads out of the sandbox. */
export function insideEnvironment(env: Env): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !TAKEN.some((pattern) => pattern.test(name))));
}

export interface PrivatePlaces {
  /** The session's own temp folder. */
  readonly tmp: string;
  /** The project's own folder for caches, kept from one session to the next. */
  readonly cache: string;
  readonly home: string;
}

/**
 * Temp folder and the caches of package managers, away from the shared ones that a sandboxed process may not write: what an agent puts into
 * a shared cache would be executed by builds outside. `exists` tells whether a path is there.
 */
export function privateEnvironment(
  env: Env,
  { tmp, cache, home }: PrivatePlaces,
  exists: (path: string) => boolean,
): Record<string, string> {
  const at = (name: string): string => join(cache, name);
  const browsers = join(home, '.cache', 'ms-playwright');
  return {
    TMPDIR: tmp,
    TMP: tmp,
    TEMP: tmp,
    // Mounts end at the project's folder: git would stop there on its way up to the repository.
    GIT_DISCOVERY_ACROSS_FILESYSTEM: '1',
    XDG_CACHE_HOME: at('xdg'),
    npm_config_cache: at('npm'),
    PNPM_HOME: at('pnpm'),
    npm_config_update_notifier: 'false',
    YARN_CACHE_FOLDER: at('yarn'),
    YARN_GLOBAL_FOLDER: at('yarn-berry'),
    BUN_INSTALL_CACHE_DIR: at('bun'),
    DENO_DIR: at('deno'),
    PIP_CACHE_DIR: at('pip'),
    UV_CACHE_DIR: at('uv'),
    GOCACHE: at('go-build'),
    GOPATH: at('go'),
    GOTELEMETRY: 'off',
    CARGO_HOME: at('cargo'),
    GRADLE_USER_HOME: at('gradle'),
    NUGET_PACKAGES: at('nuget'),
    COMPOSER_HOME: at('composer'),
    BUNDLE_USER_HOME: at('bundle'),
    MAVEN_ARGS: [env.MAVEN_ARGS, `-Dmaven.repo.local=${at('maven')}`].filter(Boolean).join(' '),
    ...(env.PLAYWRIGHT_BROWSERS_PATH === undefined && exists(browsers) ? { PLAYWRIGHT_BROWSERS_PATH: browsers } : {}),
  };
}
