/** How long a client waits for an answer, and pauses before it repeats a request, in milliseconds. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 200;
/** Age in milliseconds at which a client logs in again; an access token is valid for ten minutes. */
const TOKEN_MS = 6 * 60_000;

/** A person by whose log-in requests are sent. */
export interface Person {
  email: string;
  password: string;
}

export interface Upload {
  name: string;
  type: string;
  content: string;
}

/** The outcome of a request is not known: no answer, or one that says that the server could not serve it. */
export class Unanswered extends Error {}
/** The API refused the request: it was not executed, and repeating it does not help. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Codes of errors after which a request may have been executed or not. */
const UNCERTAIN = new Set(['UNAVAILABLE', 'INTERNAL_SERVER_ERROR']);
const LOG_IN = `mutation LogIn($input: LogInInput!) { logIn(input: $input) { tokens { accessToken } } }`;

/** Sends GraphQL requests as persons, and counts the errors that they get. */
export class Courier {
  readonly errors = new Map<string, number>();
  private readonly tokens = new Map<string, { token: string; at: number }>();

  constructor(private readonly url: string) {}

  /** Sends an operation once. Throws Unanswered or Refused. */
  async send<T>(person: Person | null, query: string, variables: object = {}, upload?: Upload): Promise<T> {
    const token = person && (await this.token(person));
    const headers: Record<string, string> = {
      accept: 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(upload ? { 'apollo-require-preflight': 'yes' } : { 'content-type': 'application/json' }),
    };
    let answer: { status: number; text: string };
    try {
      const response = await fetch(`${this.url}/graphql`, {
        method: 'POST',
        headers,
        body: upload ? formOf(query, variables, upload) : JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      answer = { status: response.status, text: await response.text() };
    } catch (error) {
      throw this.failed('NO_ANSWER', (error as Error).message);
    }
    let body: { data?: T | null; errors?: Array<{ message: string; extensions: { code: string } }> };
    try {
      body = JSON.parse(answer.text) as typeof body;
    } catch {
      throw this.failed(`STATUS_${answer.status}`, answer.text.slice(0, 200));
    }
    const [error] = body.errors ?? [];
    if (error) throw this.failed(error.extensions.code, error.message);
    return body.data as T;
  }

  /** Sends an operation again and again until it is answered or `until` (by `Date.now()`) has passed. */
  async insist<T>(person: Person | null, query: string, variables: object, until: number, upload?: Upload): Promise<T> {
    for (;;) {
      try {
        return await this.send<T>(person, query, variables, upload);
      } catch (error) {
        if (!(error instanceof Unanswered) || Date.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  private async token(person: Person): Promise<string> {
    const known = this.tokens.get(person.email);
    if (known && Date.now() - known.at < TOKEN_MS) return known.token;
    const { logIn } = await this.send<{ logIn: { tokens: { accessToken: string } } }>(null, LOG_IN, {
      input: { email: person.email, password: person.password },
    });
    this.tokens.set(person.email, { token: logIn.tokens.accessToken, at: Date.now() });
    return logIn.tokens.accessToken;
  }

  private failed(code: string, message: string): Error {
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
    const uncertain = UNCERTAIN.has(code) || code === 'NO_ANSWER' || code.startsWith('STATUS_');
    return uncertain ? new Unanswered(`${code}: ${message}`) : new Refused(code, `${code}: ${message}`);
  }
}

function formOf(query: string, variables: object, upload: Upload): FormData {
  const form = new FormData();
  form.set('operations', JSON.stringify({ query, variables: { ...variables, file: null } }));
  form.set('map', JSON.stringify({ 0: ['variables.file'] }));
  form.set('0', new Blob([upload.content], { type: upload.type }), upload.name);
  return form;
}
