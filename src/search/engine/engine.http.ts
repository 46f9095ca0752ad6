import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/**
 * Posts a JSON body to a path of the search engine; returns the status and text of the response. Rejects if there is no
 * response in time.
 */
export type PostJson = (path: string, body: string) => Promise<{ status: number; text: string }>;

/**
 * Creates an HTTP client for the search engine with keep-alive connections, which uses a third less CPU time per search
 * than the runtime's fetch. Responses are requested uncompressed: compressed ones with 100 or more results are delayed
 * by 40 ms.
 */
export function createPost(options: { url: string; apiKey: string | undefined; timeoutMs: number }): PostJson {
  const { protocol } = new URL(options.url);
  const [agent, request] =
    protocol === 'https:'
      ? [new HttpsAgent({ keepAlive: true }), httpsRequest]
      : [new HttpAgent({ keepAlive: true }), httpRequest];
  const headers = {
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    ...(options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` }),
  };
  const post = (path: string, body: Buffer, retry: boolean): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        `${options.url}${path}`,
        { method: 'POST', agent, headers: { ...headers, 'content-length': body.length }, timeout: options.timeoutMs },
        (answer: IncomingMessage) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
          );
          answer.on('error', reject);
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${options.timeoutMs} ms`)));
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed an idle keep-alive connection just when it was reused: the request is sent once more.
        if (retry && outgoing.reusedSocket && error.code === 'ECONNRESET')
          post(path, body, false).then(resolve, reject);
        else reject(error);
      });
      outgoing.end(body);
    });
  return (path, body) => post(path, Buffer.from(body, 'utf8'), true);
}
