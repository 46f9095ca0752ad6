import { buildSchema, isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../../src/kernel/config.js';
import type { App, Context } from '../../src/kernel/context.js';
import { createHttpServer, type HttpTimes } from '../../src/http/server.js';
import { GraphQLUpload } from '../../src/graphql/upload.js';

export type Resolvers = Record<
  string,
  Record<string, GraphQLFieldResolver<unknown, Context> | { subscribe: GraphQLFieldResolver<unknown, Context> }>
>;

/**
 * A schema with a few fields for cases that no field of the platform can produce on demand: slow, failing and streaming
 * fields.
 */
export function smallSchema(sdl: string, resolvers: Resolvers): GraphQLSchema {
  const schema = buildSchema(sdl);
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) throw new Error(`${typeName} is no object type`);
    for (const [name, resolver] of Object.entries(fields)) {
      const field = type.getFields()[name];
      if (!field) throw new Error(`${typeName}.${name} is no field`);
      if (typeof resolver === 'function') field.resolve = resolver as GraphQLFieldResolver<unknown, unknown>;
      else {
        field.subscribe = resolver.subscribe as GraphQLFieldResolver<unknown, unknown>;
        field.resolve = (value: unknown) => value;
      }
    }
  }
  const upload = schema.getType('Upload');
  if (upload)
    Object.assign(upload, {
      parseValue: GraphQLUpload.parseValue,
      parseLiteral: GraphQLUpload.parseLiteral,
      serialize: GraphQLUpload.serialize,
    });
  return schema;
}

export interface SmallServer {
  http: FastifyInstance;
  url: string;
  close(): Promise<void>;
}

/** Starts the real HTTP server of an app with another configuration, schema or timing. */
export async function startSmallServer(
  app: App,
  schema: GraphQLSchema,
  config: Partial<Config> = {},
  times: Partial<HttpTimes> = {},
): Promise<SmallServer> {
  const http = await createHttpServer({ ...app, config: { ...app.config, ...config } }, schema, times);
  const url = await http.listen({ host: '127.0.0.1', port: 0 });
  return { http, url, close: () => http.close() };
}

/** Posts an operation as JSON. */
export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; text: string; json: Reply }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) as Reply };
}

export interface Reply {
  data?: Record<string, unknown> | null;
  errors?: Array<{
    message: string;
    path?: unknown;
    extensions: { code: string; reason?: string; [key: string]: unknown };
  }>;
  extensions?: { cost?: { requested: number; limit: number } };
}
