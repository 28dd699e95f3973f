import { readdirSync } from 'node:fs';
import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** The system as every program needs it. No /home, /root, /mnt, /media, /srv, /boot, /tmp; of /run and /var only a few. */
const SYSTEM = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/etc',
  '/opt',
  '/proc',
  '/sys',
  '/nix',
  '/gnu',
  '/snap',
  '/home/linuxbrew/.linuxbrew',
  '/run/current-system',
  '/run/systemd/resolve',
  '/run/resolvconf',
  '/run/NetworkManager/resolv.conf',
  '/var/lib/dpkg',
  '/var/lib/ca-certificates',
  '/var/cache/fontconfig',
];

/** Of these the owner is root: they matter when agor itself runs as root. */
const SYSTEM_SECRETS = [
  '/etc/shadow',
  '/etc/shadow-',
  '/etc/gshadow',
  '/etc/gshadow-',
  '/etc/sudoers',
  '/etc/sudoers.d',
  '/etc/ssl/private',
  '/etc/pki/tls/private',
  '/etc/letsencrypt',
  '/etc/wireguard',
  '/etc/NetworkManager/system-connections',
  '/etc/krb5.keytab',
  '/etc/security/opasswd',
  '/etc/kubernetes',
  '/etc/rancher',
  '/etc/docker',
];

export function systemPaths(): { readonly read: string[]; readonly secrets: string[] } {
  const hostKeys = names('/etc/ssh').filter((name) => name.startsWith('ssh_host_') && !name.endsWith('.pub'));
  return { read: SYSTEM, secrets: [...SYSTEM_SECRETS, ...hostKeys.map((name) => join('/etc/ssh', name))] };
}

/** What is readable below home: toolchains and git's settings; no key, no token, no other project. */
const HOME_READ = [
  '.nvm',
  '.fnm',
  '.local/share/fnm',
  '.local/state/fnm_multishells',
  '.volta',
  '.bun',
  '.deno',
  '.asdf',
  '.tool-versions',
  '.local/share/mise',
  '.config/mise',
  '.n',
  '.nodenv',
  '.pyenv',
  '.local/share/uv',
  '.local/share/pnpm',
  '.local/pipx',
  '.local/share/pipx',
  '.conda',
  'miniconda3',
  'anaconda3',
  'miniforge3',
  '.rye',
  '.rbenv',
  '.rvm',
  '.gem',
  '.cargo',
  '.rustup',
  'go/bin',
  'go/pkg',
  'sdk',
  '.sdkman',
  '.jenv',
  '.ghcup',
  '.opam',
  '.juliaup',
  '.julia',
  '.nix-profile',
  '.local/state/nix',
  '.dotnet',
  'flutter',
  '.local/bin',
  '.local/lib',
  'bin',
  '.cache/ms-playwright',
  '.cache/puppeteer',
  '.gitconfig',
  '.config/git',
  '.gitignore',
  '.gitignore_global',
  '.editorconfig',
];

/** Hidden wherever a folder that may be read happens to contain them, the home folder as a project among them. */
const HOME_SECRETS = [
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.config/gcloud',
  '.kube',
  '.docker',
  '.config/containers',
  '.netrc',
  '.git-credentials',
  '.config/git/credentials',
  '.config/gh',
  '.config/hub',
  '.config/glab-cli',
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.pypirc',
  '.config/pip',
  '.pip',
  '.cargo/credentials',
  '.cargo/credentials.toml',
  '.gem/credentials',
  '.m2/settings.xml',
  '.gradle/gradle.properties',
  '.nuget/NuGet',
  '.terraform.d',
  '.terraformrc',
  '.vault-token',
  '.password-store',
  '.local/share/keyrings',
  '.local/share/kwalletd',
  '.config/op',
  '.1password',
  '.config/Bitwarden',
  '.config/keepassxc',
  '.mozilla',
  '.thunderbird',
  '.config/google-chrome',
  '.config/chromium',
  '.config/BraveSoftware',
  '.config/microsoft-edge',
  '.config/vivaldi',
  '.config/opera',
  'snap/firefox',
  'snap/chromium',
  '.var/app',
  '.config/Code',
  '.config/Cursor',
  '.vscode-server',
  '.pgpass',
  '.my.cnf',
  '.config/rclone',
  '.config/doctl',
  '.config/fly',
  '.fly',
  '.databricks',
  '.snowflake',
  '.bash_history',
  '.zsh_history',
  '.python_history',
  '.node_repl_history',
  '.psql_history',
  '.Xauthority',
  '.ICEauthority',
];

/** Variables by which people move toolchains elsewhere. */
const TOOLCHAIN_VARIABLES = [
  'NVM_DIR',
  'FNM_DIR',
  'VOLTA_HOME',
  'BUN_INSTALL',
  'DENO_INSTALL',
  'ASDF_DIR',
  'ASDF_DATA_DIR',
  'MISE_DATA_DIR',
  'PYENV_ROOT',
  'RBENV_ROOT',
  'CARGO_HOME',
  'RUSTUP_HOME',
  'GOROOT',
  'JAVA_HOME',
  'ANDROID_HOME',
  'SDKMAN_DIR',
  'DOTNET_ROOT',
  'CONDA_PREFIX',
  'PIPX_HOME',
  'PNPM_HOME',
  'PLAYWRIGHT_BROWSERS_PATH',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
];

export function homePaths(home: string, env: Env): { readonly read: string[]; readonly secrets: string[] } {
  const moved = TOOLCHAIN_VARIABLES.flatMap((name) => {
    const path = env[name];
    // A variable must not open the whole home folder, or all of the computer.
    return path?.startsWith('/') && !`${home}/`.startsWith(`${path.replace(/\/+$/, '')}/`) ? [path] : [];
  });
  return {
    read: [...HOME_READ.map((name) => join(home, name)), ...moved],
    secrets: [
      ...HOME_SECRETS.map((name) => join(home, name)),
      ...(env.CARGO_HOME ? [join(env.CARGO_HOME, 'credentials'), join(env.CARGO_HOME, 'credentials.toml')] : []),
    ],
  };
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // no such folder, or none of ours
  }
}
