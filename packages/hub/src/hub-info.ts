import { readFileSync, rmSync } from 'node:fs';
import { type AgorPaths, writeFileAtomic } from '@agor/runtime';
import { z } from 'zod';

/** `hub.json`: how a CLI finds the hub of its data folder. Holds the token, so it is for this user only. */
export const HubInfo = z.object({
  url: z.string(),
  token: z.string(),
  /** The hub itself. */
  pid: z.number().int(),
  /** Null while no machine is connected. */
  machinePid: z.number().int().nullable(),
});
export type HubInfo = z.infer<typeof HubInfo>;

export function writeHubInfo(paths: AgorPaths, info: HubInfo): void {
  writeFileAtomic(paths.hubInfoFile, `${JSON.stringify(info)}\n`, { mode: 0o600 });
}

export function removeHubInfo(paths: AgorPaths): void {
  rmSync(paths.hubInfoFile, { force: true });
}

/** Null when there is none, or none that can be read: then nobody can be told how to reach that hub. */
export function readHubInfo(paths: AgorPaths): HubInfo | null {
  try {
    return HubInfo.safeParse(JSON.parse(readFileSync(paths.hubInfoFile, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}
