import type { PermissionMode } from '@agor/protocol';

/** Chosen in the composer before there is a session; goes with its first prompt. */
export interface FirstSettings {
  model?: string;
  permissionMode?: PermissionMode;
}
