import { Client, throughput } from './client.js';
import type { Figure } from './figures.js';
import { nestedCall } from './nested.js';
import { searchCall, searchMix } from './search.js';
import { backendsOf, peakRssMb, processorMs, startBeside } from './server.js';

/** Values of HEAP_GROWTH in percent, in the order in which they are measured; 0 leaves the choice to V8. */
const SETTINGS = [20, 40, 60, 100, 200, 0];
const CONNECTIONS = 16;
const WARM_MS = 4_000;
const ROUND_MS = 10_000;

/**
 * Measures what a slower or faster growth of the heap costs: requests a second, processor time per request and peak
 * memory of a process of its own per setting, under nested lists and searches in turn, 16 at a time.
 */
export async function measureHeap(dataDir: string, take: (figure: Figure) => void): Promise<void> {
  const backends = await backendsOf(dataDir);
  const mix = searchMix(300);
  for (const growth of SETTINGS) {
    const server = await startBeside(backends, { HEAP_GROWTH: String(growth), SEARCH_CACHE: 'false' });
    const client = new Client(CONNECTIONS);
    try {
      const searches = mix.map((search) => searchCall(server.url, search));
      const list = nestedCall(server.url);
      const send = (i: number) => client.send(i % 2 === 0 ? list : searches[(i >> 1) % searches.length]!);
      await throughput(send, CONNECTIONS, WARM_MS);
      const before = processorMs(server.pid);
      const { perSecond, times } = await throughput(send, CONNECTIONS, ROUND_MS);
      const name = `heap.growth_${growth === 0 ? 'v8' : growth}`;
      take({ name: `${name}_per_s`, value: perSecond, unit: '1/s' });
      take({ name: `${name}_cpu_ms`, value: (processorMs(server.pid) - before) / times.length, unit: 'ms' });
      take({ name: `${name}_peak_mb`, value: peakRssMb(server.pid), unit: 'MB' });
    } finally {
      client.close();
      await server.stop();
    }
  }
}
