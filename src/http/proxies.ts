import { BlockList, isIP } from 'node:net';
import type { Config } from '../kernel/config.js';

/** Whether the party at `address`, the `hop`th from us (0: who opened the connection), may say from whom it forwards. */
export type TrustsProxy = (address: string, hop: number) => boolean;

/** The rule of TRUST_PROXY, in the shape that Fastify takes: the nearest so many hops, or the listed addresses alone. */
export function proxyTrust(trusted: Config['trustProxy']): TrustsProxy {
  if (trusted === false) return () => false;
  if (typeof trusted === 'number') return (_address, hop) => hop < trusted;
  const list = new BlockList();
  for (const entry of trusted) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  };
}

/** The nearest party that is no trusted proxy: each entry of X-Forwarded-For counts only if whoever added it is trusted. */
export function clientAddress(trusts: TrustsProxy, peer: string, forwardedFor: string | undefined): string {
  const entries = (forwardedFor ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  let address = peer;
  for (let hop = 0; entries.length > 0 && trusts(address, hop); hop++) address = entries.pop()!;
  return address;
}
