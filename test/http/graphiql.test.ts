import { getOperationAST, Kind, parse, print, validate, type GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costOf } from '../../src/graphql/cost.js';
import { readExamples } from '../../src/http/graphiql.examples.js';
import { operationLimits } from '../../src/http/limits.js';
import { coerceVariables } from '../../src/http/variables.js';
import { createSchema } from '../../src/graphql/schema.js';
import { composition } from '../../src/modules.js';
import { startTestApp, type TestApp } from '../harness.js';
import { startSmallServer } from './small-server.js';

const examples = readExamples(composition.examples);
let t: TestApp;
let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await createSchema(composition);
  t = await startTestApp();
});
afterAll(() => t.close());

describe('the example', () => {
  it.each(examples.map((example) => [example.title, example] as const))(
    '“%s” is valid, with its variables, and within the limits',
    (_title, { query, variables }) => {
      const document = parse(query);
      expect(validate(schema, document)).toEqual([]);
      expect(validate(schema, document, [operationLimits])).toEqual([]);
      const operation = getOperationAST(document);
      expect(operation?.name?.value).toMatch(/^[A-Z]/);
      const cost = costOf(schema, document, operation!, coerceVariables(schema, operation!, variables ?? {}));
      expect(cost).toBeGreaterThan(0);
      expect(cost).toBeLessThanOrEqual(t.app.config.limits.maxCost);
    },
  );

  it.each(
    examples
      .filter(({ query }) =>
        parse(query).definitions.some((d) => d.kind === Kind.OPERATION_DEFINITION && d.operation === 'query'),
      )
      .map((e) => [e.title, e] as const),
  )('“%s” runs for anyone', async (_title, { query, variables }) => {
    expect((await t.ask(query, variables)).errors).toBeUndefined();
  });

  it('is in its domain’s file of operations exactly when a tab shows it', () => {
    const [domain] = composition.examples;
    expect(() => readExamples([{ ...domain!, tabs: [] }])).toThrow(/no tab or no operation/);
    const stray = { operation: 'Nowhere', title: 'An operation that the file lacks.' };
    expect(() => readExamples([{ ...domain!, tabs: [...domain!.tabs, stray] }])).toThrow(/Nowhere/);
  });

  it('names its operation, so that every tab has a title', () => {
    expect(new Set(examples.map(({ query }) => /(?:query|mutation) (\w+)/.exec(print(parse(query)))?.[1])).size).toBe(
      examples.length,
    );
  });
});

describe('the explorer', () => {
  it('is one page that loads everything from this server, under a policy that allows nothing else', async () => {
    const response = await fetch(`${t.url}/graphiql`);
    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe-inline/);
    const html = await response.text();
    expect(html).not.toMatch(/https?:\/\//);
    const assets = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1]!);
    expect(assets).toHaveLength(5);
    for (const asset of assets) {
      const file = await fetch(`${t.url}${asset}`);
      expect(file.status).toBe(200);
      expect(file.headers.get('content-type')).toMatch(asset.endsWith('.css') ? /^text\/css/ : /^text\/javascript/);
      expect((await file.text()).length).toBeGreaterThan(500);
    }
  });

  it('is not sent again to a browser that has it', async () => {
    const first = await fetch(`${t.url}/graphiql/graphiql.css`);
    await first.arrayBuffer();
    const again = await fetch(`${t.url}/graphiql/graphiql.css`, {
      headers: { 'if-none-match': first.headers.get('etag')! },
    });
    expect(again.status).toBe(304);
  });

  it.each(['package.json', '..%2f..%2fpackage.json', '__proto__', 'constructor'])(
    'serves nothing else (%s)',
    async (name) => {
      expect((await fetch(`${t.url}/graphiql/${name}`)).status).toBe(404);
    },
  );

  it('is away in production, where introspection is off, and the landing page does not lead there', async () => {
    const server = await startSmallServer(t.app, schema, { production: true }, { lead: 0 });
    expect((await fetch(`${server.url}/graphiql`)).status).toBe(404);
    expect((await fetch(`${server.url}/graphiql/graphiql.js`)).status).toBe(404);
    expect(await (await fetch(server.url)).text()).not.toContain('/graphiql');
    await server.close();
    expect(await (await fetch(t.url)).text()).toContain('href="/graphiql"');
  });
});
