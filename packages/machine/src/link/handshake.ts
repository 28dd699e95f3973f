import { randomBytes } from 'node:crypto';
import { LINK_VERSION, LINK_VERSIONS_SPOKEN, type ToMachine } from '@agor/protocol';
import { isSecretProof } from '@agor/runtime';

export type Hello = Extract<ToMachine, { t: 'hello' }>;

export type Verdict =
  | { readonly accepted: true; readonly version: number }
  | {
      readonly accepted: false;
      /** It proved the secret: it may still ask for the machine's end, whatever version it speaks. */
      readonly authenticated: boolean;
      readonly reason: string;
    };

export function newNonce(): string {
  return randomBytes(32).toString('hex');
}

/** Whether a hub may come in, and in which version of the link: the newest that both speak. */
export function judgeHello(hello: Hello, nonce: string, secret: string): Verdict {
  if (!isSecretProof(secret, nonce, hello.mac)) {
    const reason = 'the proof of the machine’s secret is wrong: hub and machine use different data folders';
    return { accepted: false, authenticated: false, reason };
  }
  const common = hello.versions.filter((version) => LINK_VERSIONS_SPOKEN.includes(version));
  if (common.length === 0) {
    const reason = `no common version of the link: the hub speaks ${hello.versions.join(', ') || 'none'}, this machine ${LINK_VERSIONS_SPOKEN.join(', ')} (newest ${LINK_VERSION}). Run \`agor shutdown\`, then start agor again.`;
    return { accepted: false, authenticated: true, reason };
  }
  return { accepted: true, version: Math.max(...common) };
}
