import { figure, type Figure } from './figures.js';
import { startServer, type BenchServer } from './server.js';

const STARTS = 5;

/** Measures the seconds from launching the built program to its first GraphQL answer, on an existing database. */
export async function measureStart(dataDir: string): Promise<Figure> {
  const seconds: number[] = [];
  for (let i = 0; i < STARTS; i += 1) {
    const started = await startServer(dataDir, { SAMPLE: 'false' });
    seconds.push(started.seconds);
    await started.server.stop();
  }
  return figure('start.first_query_s', seconds, 's');
}

/**
 * Measures the seconds from launching the built program to its first GraphQL answer, on an empty folder, where the
 * first start also loads the sample data.
 */
export async function measureColdStart(emptyDir: string): Promise<Figure> {
  const { server, seconds } = await startServer(emptyDir);
  await sampleComplete(server);
  await server.stop();
  return { name: 'start.first_query_cold_s', value: seconds, unit: 's' };
}

async function sampleComplete(server: BenchServer): Promise<void> {
  for (let i = 0; i < 600 && !server.output().includes('sample pool: complete'); i += 1)
    await new Promise((resolve) => setTimeout(resolve, 100));
}
