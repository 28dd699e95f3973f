import { existsSync } from 'node:fs';

/** This computer as vendors name it in their packages: `linux-x64`, `linux-arm64-musl`, `darwin-arm64`. */
export function platformName(): string {
  const musl = process.platform === 'linux' && existsSync('/etc/alpine-release') ? '-musl' : '';
  return `${process.platform}-${process.arch}${musl}`;
}
