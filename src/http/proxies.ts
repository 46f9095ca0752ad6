import { BlockList, isIP } from 'node:net';
import type { Config } from '../kernel/config.js';

/**
 * Whether the host at `address` is a trusted proxy, whose statement of its client's address counts. `hop` is its
 * distance: 0 for the host that opened the connection to this server, 1 for the one before it.
 */
export type TrustsProxy = (address: string, hop: number) => boolean;

/**
 * Turns the setting TRUST_PROXY into a function, as Fastify expects it: it trusts the given number of nearest hops, or
 * the listed addresses only.
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
 * Returns the address of the client: that of the nearest host which is not a trusted proxy. An entry of X-Forwarded-For
 * counts only if a trusted proxy added it.
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
