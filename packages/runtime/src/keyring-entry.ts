/** One entry of the system's keyring. All of them throw when there is no keyring, or it is locked and nobody unlocks it. */
export function readKeyringEntry(service: string, name: string): Promise<string | null> {
  return Bun.secrets.get({ service, name });
}

export function writeKeyringEntry(service: string, name: string, value: string): Promise<void> {
  return Bun.secrets.set({ service, name, value });
}

export async function removeKeyringEntry(service: string, name: string): Promise<void> {
  await Bun.secrets.delete({ service, name });
}
