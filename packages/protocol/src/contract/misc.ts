import { z } from 'zod';
import { ProviderId } from '../ids.ts';
import { SettingsExport, SettingsFileText, SettingsImport } from '../settings-file.ts';
import { TeamCall } from '../team-call.ts';
import { base, command, done } from './base.ts';

export const settings = {
  /** Here and in `list`, the values of variables and headers stand as `kept://NAME`. */
  get: base.input(z.object({ key: z.string() })).output(z.object({ value: z.unknown() })),
  /**
   * What is written as `kept://NAME` stays as it is kept. `base`: the value as it was shown when the edit began; what others changed since
   * stays then, unless it was edited here too.
   */
  set: base.input(command.extend({ key: z.string(), value: z.unknown(), base: z.unknown().optional() })).output(done),
  /** Takes a setting back to its default. */
  reset: base.input(command.extend({ key: z.string() })).output(done),
  list: base.input(z.object({})).output(z.record(z.string(), z.unknown())),
  /** What the person set, and on request their groups, as a file. No secrets: `leftOut` names what was left out. */
  export: base.input(z.object({ groups: z.boolean().default(false) })).output(SettingsExport),
  /** What importing the text of such a file would change. Fails as the import would. */
  previewImport: base.input(z.object({ text: SettingsFileText })).output(SettingsImport),
  /** Takes over what the file names, all or nothing. Fails in words, with the place in the file. */
  import: base.input(command.extend({ text: SettingsFileText })).output(SettingsImport),
};

export const team = {
  /** One operation of btmsg or bttask (`btmsgOperations`, `bttaskOperations`) as the operator. Done once by its id. */
  call: base.input(TeamCall).output(z.unknown()),
};

export const misc = {
  info: base.input(z.object({})).output(
    z.object({
      version: z.string(),
      build: z.string(),
      pid: z.number(),
      machinePid: z.number().nullable(),
      dataDir: z.string(),
      configDir: z.string(),
      testMode: z.boolean(),
    }),
  ),
  /** Names (never values) of the variables that a session of this provider would get, for `agor doctor --env`. */
  environment: base
    .input(z.object({ provider: ProviderId }))
    .output(z.object({ passed: z.array(z.string()), withheld: z.array(z.string()) })),
  /** Ends the machine with all agents and terminals, then the hub. */
  shutdown: base.input(command).output(done),
  /**
   * Ends the machine with all agents and terminals and starts one of the hub's own build; returns when the old one is gone.
   * For a machine of an older build (`outdated`), which is else replaced as soon as nothing runs on it.
   */
  restartMachine: base.input(command).output(done),
  /** Makes every projection anew from the event logs (`agor doctor --rebuild`). */
  rebuild: base.input(z.object({})).output(z.object({ sessions: z.number().int() })),
  frontendLog: base
    .input(
      z.object({
        level: z.enum(['info', 'warning', 'error']),
        message: z.string().max(4000),
        context: z.string().max(8000).optional(),
      }),
    )
    .output(done),
};
