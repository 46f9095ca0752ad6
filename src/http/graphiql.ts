import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { App } from '../kernel/context.js';
import { packageRoot } from '../lib/package-root.js';
import { readExamples, type Example } from './graphiql.examples.js';

/**
 * Script and style files of the API explorer, all served by this server: a script from another host could read the
 * user's token.
 */
const ASSETS: Record<string, { from: string; type: string } | undefined> = {
  'react.js': { from: 'react/umd/react.production.min.js', type: 'text/javascript; charset=utf-8' },
  'react-dom.js': { from: 'react-dom/umd/react-dom.production.min.js', type: 'text/javascript; charset=utf-8' },
  'graphiql.js': { from: 'graphiql/graphiql.min.js', type: 'text/javascript; charset=utf-8' },
  'graphiql.css': { from: 'graphiql/graphiql.min.css', type: 'text/css; charset=utf-8' },
};

// Content security policy of the API explorer. Its editor sets inline styles to measure text, and its style sheet
// embeds fonts and icons as data URLs.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/**
 * Adds the landing page and, except in production, GraphiQL, the API explorer. GraphiQL needs introspection, which is
 * off in production.
 */
export function addGraphiql(http: FastifyInstance, app: App): void {
  const offered = !app.config.production;
  const landing = landingPage(offered);
  http.get('/', async (_request, reply) =>
    page(
      reply,
      landing,
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
  );
  if (!offered) return;
  const start = startScript(readExamples(app.modules.examples));
  const kept = new Map<string, Promise<{ body: Buffer; etag: string }>>();
  http.get('/graphiql', async (_request, reply) => page(reply, EXPLORER, POLICY));
  http.get<{ Params: { asset: string } }>('/graphiql/:asset', async (request, reply) => {
    const name = request.params.asset;
    if (name === 'start.js') return reply.type('text/javascript; charset=utf-8').send(start);
    const asset = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
    if (!asset) return reply.callNotFound();
    let loading = kept.get(name);
    if (!loading) kept.set(name, (loading = loadAsset(name, asset.from)));
    const { body, etag } = await loading;
    reply.headers({ etag, 'cache-control': 'no-cache' });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type(asset.type).send(body);
  });
}

/**
 * Reads a file of the API explorer from the build, or from the installed packages when the program runs from its
 * sources.
 */
async function loadAsset(name: string, from: string): Promise<{ body: Buffer; etag: string }> {
  const built = join(packageRoot(), 'dist', 'graphiql', name);
  const body = await readFile(existsSync(built) ? built : join(packageRoot(), 'node_modules', from));
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}

function page(reply: FastifyReply, html: string, policy: string): FastifyReply {
  return reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(html);
}

const EXPLORER = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Techpool: API explorer</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/graphiql/graphiql.css">
<style>html, body, #graphiql { height: 100%; margin: 0; }</style>
</head>
<body>
<div id="graphiql">Loading…</div>
<script src="/graphiql/react.js"></script>
<script src="/graphiql/react-dom.js"></script>
<script src="/graphiql/graphiql.js"></script>
<script src="/graphiql/start.js"></script>
</body>
</html>
`;

/** Formats a text as comment lines of a GraphQL document, short enough to fit beside the buttons of the editor. */
function comment(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    if (lines.at(-1)!.length + word.length > 55) lines.push('');
    lines.push(`${lines.pop()!} ${word}`);
  }
  return lines.map((line) => `#${line}`).join('\n');
}

function startScript(examples: readonly Example[]): string {
  const tabs = examples.map(({ title, query, variables }) => ({
    query: `${comment(title)}\n${query.trim()}\n`,
    ...(variables ? { variables: JSON.stringify(variables, null, 2) } : {}),
    headers: EXAMPLE_HEADERS,
  }));
  return `const tabs = ${JSON.stringify(tabs)};
ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: '/graphql' }),
    defaultTabs: tabs,
    defaultHeaders: ${JSON.stringify(EXAMPLE_HEADERS)},
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
    inputValueDeprecation: true,
  }),
);
`;
}

const EXAMPLE_HEADERS = JSON.stringify({ 'accept-language': 'en' }, null, 2);

function landingPage(hasExplorer: boolean): string {
  const links = [
    ...(hasExplorer ? [['/graphiql', 'API explorer', 'GraphiQL with example queries']] : []),
    ['/graphql', 'GraphQL', 'POST queries here'],
    ['/health', 'Health', 'whether the process serves'],
    ['/ready', 'Readiness', 'database, search, migrations and queues'],
  ] as Array<[string, string, string]>;
  const items = links.map(([href, name, what]) => `<li><a href="${href}">${name}</a>: ${what}</li>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Techpool 科技成果转化池</title>
<link rel="icon" href="data:,">
<style>body { font: 16px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; } h1 small { font-weight: normal; }</style>
</head>
<body>
<h1>Techpool <small>科技成果转化池</small></h1>
<p>Scientific results listed by universities, found by industry, matched with investors.</p>
<ul>
${items}
</ul>
</body>
</html>
`;
}
