import { Secret, TOTP } from 'otpauth';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestApp, type TestApp } from '../harness.js';
import { seed, type Seed } from '../seed.js';

let t: TestApp;
let s: Seed;
beforeAll(async () => {
  t = await startTestApp({ requireOperatorTotp: true });
  s = seed(t);
});
afterAll(() => t.close());
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = 0;
});

let runs = 0;

/** Runs the command in this process and returns what it printed. */
async function run(
  args: string[],
  stdin?: string,
  publicUrl = 'https://pool.example.org',
): Promise<{ out: string; err: string; exitCode: unknown }> {
  const written = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => ((written.out += String(chunk)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => ((written.err += String(chunk)), true));
  if (stdin !== undefined) vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([stdin]) as never);
  vi.spyOn(process, 'argv', 'get').mockReturnValue(['node', 'operator-create', ...args]);
  vi.stubEnv('DATABASE_URL', t.databaseUrl);
  vi.stubEnv('SECRET_KEY', t.app.secretKey);
  vi.stubEnv('PUBLIC_URL', publicUrl);
  // The changed query string makes it a new module, which runs again; its imports stay loaded.
  await import(/* @vite-ignore */ `../../src/cli/operator-create.js?run=${(runs += 1)}`);
  const { exitCode } = process;
  vi.restoreAllMocks();
  return { ...written, exitCode };
}

const logIn = (email: string, password: string, totpCode?: string) =>
  t.ask<{ logIn: { tokens: { accessToken: string } } }>(
    'mutation($i: LogInInput!) { logIn(input: $i) { tokens { accessToken } } }',
    { i: { email, password, totpCode } },
  );
const codeOf = (uri: string) =>
  new TOTP({ secret: Secret.fromBase32(new URL(uri).searchParams.get('secret')!) }).generate({
    timestamp: t.app.clock().getTime(),
  });
const uriIn = (out: string) => /otpauth:\S+/.exec(out)![0];

describe('operator:create', () => {
  it('makes a first operator, who chooses a password by the printed token and logs in with the printed secret', async () => {
    const { out, err } = await run(['--email', 'first@example.org', '--name', 'First Operator']);
    expect(err).toBe('');
    expect(out).toContain('Created the operator first@example.org.');
    const token = /token: (\S+)/.exec(out)![1]!;
    expect(out).toContain(`https://pool.example.org/reset-password#token=${token}`);
    await t.gql(
      'mutation($t: String!) { resetPassword(input: { token: $t, newPassword: "chosen by the operator" }) { passwordChanged } }',
      { t: token },
    );
    expect((await logIn('first@example.org', 'chosen by the operator')).errors?.[0]?.extensions.reason).toBe(
      'TOTP_CODE_REQUIRED',
    );
    const { data } = await logIn('first@example.org', 'chosen by the operator', codeOf(uriIn(out)));
    expect(
      await t.gql('{ viewer { isOperator account { displayName } } }', {}, { token: data.logIn.tokens.accessToken }),
    ).toEqual({ viewer: { isOperator: true, account: { displayName: 'First Operator' } } });
    const recovery = out.match(/^ {2}[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/gm)!;
    expect(recovery).toHaveLength(10);
    expect((await logIn('first@example.org', 'chosen by the operator', recovery[0]!.trim())).errors).toBeUndefined();
    const acts = await t.sql<{ actor: unknown }>(`SELECT actor FROM ledger_record WHERE kind = 'operator.appointed'`);
    expect(acts).toEqual([{ actor: null }]);
  });

  it('prints a token without a link where it cannot know the address of the site', async () => {
    const { out } = await run(['--email', 'nowhere@example.org', '--name', 'Nowhere'], undefined, '');
    expect(out).toMatch(/by the mutation `resetPassword` with this token:\n {2}token: \S+/);
    expect(out).not.toMatch(/link|https?:/);
  });

  it('takes a password from standard input', async () => {
    const { out } = await run(['--email', 'second@example.org', '--password-stdin'], 'typed into a pipe\n');
    expect(out).not.toContain('token:');
    expect((await logIn('second@example.org', 'typed into a pipe', codeOf(uriIn(out)))).errors).toBeUndefined();
  });

  it('makes an operator of a confirmed account, whose password stays', async () => {
    const person = await s.person();
    const { out } = await run(['--email', person.email.toUpperCase()]);
    expect(out).not.toContain('token:');
    const { data } = await logIn(person.email, person.password, codeOf(uriIn(out)));
    expect(await t.gql('{ viewer { isOperator } }', {}, { token: data.logIn.tokens.accessToken })).toEqual({
      viewer: { isOperator: true },
    });
  });

  it('shuts out whoever had signed up with the address without owning it', async () => {
    const squatter = await s.person({ confirmed: false });
    const { out } = await run(['--email', squatter.email]);
    expect(out).toContain('token:');
    expect((await t.ask('{ viewer { via } }', {}, { token: squatter.token })).errors?.[0]?.extensions.reason).toBe(
      'TOKEN_INVALID',
    );
    expect((await logIn(squatter.email, squatter.password, codeOf(uriIn(out)))).errors?.[0]?.extensions.reason).toBe(
      'BAD_CREDENTIALS',
    );
  });

  it.each([
    [[], 'Give the operator’s address with --email.'],
    [['--email', 'nonsense'], 'email: not an e-mail address.'],
    [['--what'], 'Usage: npm run operator:create'],
  ])('says what is wrong with %j', async (args, message) => {
    const { err, exitCode } = await run(args);
    expect(err).toContain(message);
    expect(exitCode).toBe(1);
  });

  it('refuses a weak password', async () => {
    const { err } = await run(['--email', 'weak@example.org', '--password-stdin'], 'password123\n');
    expect(err).toContain('password:');
    expect(err).not.toContain('password123');
    expect(await t.sql(`SELECT 1 FROM account WHERE email = 'weak@example.org'`)).toEqual([]);
  });
});
