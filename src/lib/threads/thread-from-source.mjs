// Starts thread.ts where nothing is compiled: TypeScript is stripped on loading, by the test runner's own compiler. Never part of a build.
import { register } from 'node:module';

const hooks = `
  import { readFile } from 'node:fs/promises';
  import { fileURLToPath } from 'node:url';
  import { transformSync } from '${import.meta.resolve('rolldown/experimental')}';
  export async function resolve(specifier, context, next) {
    try {
      return await next(specifier, context);
    } catch (error) {
      if (!specifier.endsWith('.js')) throw error;
      return next(specifier.slice(0, -3) + '.ts', context);
    }
  }
  export async function load(url, context, next) {
    if (!url.endsWith('.ts')) return next(url, context);
    const path = fileURLToPath(url);
    const { code, errors } = transformSync(path, await readFile(path, 'utf8'));
    if (errors.length > 0) throw new SyntaxError(path + ': ' + errors[0].message);
    return { format: 'module', source: code, shortCircuit: true };
  }
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
await import('./thread.ts');
