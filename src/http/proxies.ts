import { BlockList, isIP } from 'node:net';
import type { Config } from '../kernel/config.js';

/**
 * Whether the party at `address`, `hop` hops away (0: the one that opened the connection), may state whose request it
 * forwards.
 */
export type TrustsProxy = (address: string, hop: number) => boolean;

/**
 * The TRUST_PROXY setting as a function, as Fastify expects it: trusts the given number of nearest hops, or the listed
 * addresses only.
 */
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

/**
 * The address of the nearest party that is not a trusted proxy: an entry of X-Forwarded-For counts only if a trusted
 * party added it.
 */
export function clientAddress(trusts: TrustsProxy, peer: string, forwardedFor: string | undefined): string {
  const entries = (forwardedFor ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  let address = peer;
  for (let hop = 0; entries.length > 0 && trusts(address, hop); hop++) address = entries.pop()!;
  return address;
}
