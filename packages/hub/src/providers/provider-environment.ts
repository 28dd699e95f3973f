import type { ProviderId } from '@agor/protocol';
import { z } from 'zod';
import type { Machine } from '../core/index.ts';

const Names = z.object({ passed: z.array(z.string()), withheld: z.array(z.string()) });

/** Names of the variables that an agent of this provider would get, and of those kept from it. Asked of the machine, which composes them. */
export async function providerEnvironment(
  machine: Pick<Machine, 'request'>,
  provider: ProviderId,
): Promise<z.infer<typeof Names>> {
  return Names.parse(await machine.request('environment.names', { provider }));
}
