import type { Shot } from './shots.js';

/** A GraphQL operation with its variables. */
export interface Operation {
  query: string;
  variables?: Record<string, unknown>;
}

/** A file of a multipart request. */
export interface UploadFile {
  name: string;
  content: Buffer;
}

const asUser = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

/** Builds a POST request to /graphql with one operation or a batch of operations as JSON. */
export function post(operations: Operation | readonly Operation[], token?: string): Shot {
  return { path: '/graphql', body: Buffer.from(JSON.stringify(operations)), headers: asUser(token) };
}

/** Builds a POST with the given bytes as the body. */
export function postRaw(body: string | Buffer, token?: string, headers: Record<string, string> = {}): Shot {
  return { path: '/graphql', body: Buffer.from(body as string), headers: { ...asUser(token), ...headers } };
}

const BOUNDARY = 'techpool-hostile-boundary';

export type Part = { name: string; value: string | Buffer; fileName?: string };

/** Builds a multipart/form-data request to /graphql with the parts in the given order. */
export function multipart(parts: readonly Part[], token?: string): Shot {
  const pieces: Buffer[] = [];
  for (const { name, value, fileName } of parts) {
    const file = fileName === undefined ? '' : `; filename="${fileName}"\r\ncontent-type: application/octet-stream`;
    pieces.push(Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n\r\n`));
    pieces.push(Buffer.isBuffer(value) ? value : Buffer.from(value), Buffer.from('\r\n'));
  }
  pieces.push(Buffer.from(`--${BOUNDARY}--\r\n`));
  return {
    path: '/graphql',
    body: Buffer.concat(pieces),
    headers: {
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'apollo-require-preflight': '1',
      ...asUser(token),
    },
  };
}

/** Builds a multipart request to /graphql for an operation whose variable `file` is an uploaded file. */
export function upload(operation: Operation, file: UploadFile, token?: string): Shot {
  const operations = JSON.stringify({ ...operation, variables: { ...operation.variables, file: null } });
  return multipart(
    [
      { name: 'operations', value: operations },
      { name: 'map', value: '{"0":["variables.file"]}' },
      { name: '0', value: file.content, fileName: file.name },
    ],
    token,
  );
}
