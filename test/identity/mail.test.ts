import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueMails, type Mail } from '../../src/notifications/mail.js';
import { eventually, startTestApp, type TestApp } from '../harness.js';
import { seed } from '../seed.js';

interface Received {
  from: string;
  to: string[];
  message: string;
}

const received: Received[] = [];
let refuse = false;
/** Takes the next mail, and answers as if it had not. */
let loseAnswer = false;
let server: SMTPServer;
let t: TestApp;
beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_address, _session, done) => done(refuse ? new Error('no such mailbox secret-recipient') : null),
    onData(stream, session, done) {
      text(stream).then(
        (message) => {
          const { mailFrom, rcptTo } = session.envelope;
          received.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map((r) => r.address),
            message,
          });
          const lost = loseAnswer;
          loseAnswer = false;
          done(lost ? new Error('try again') : undefined);
        },
        (error: Error) => done(error),
      );
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  t = await startTestApp({
    smtpUrl: `smtp://127.0.0.1:${port}`,
    mailFrom: 'Pool <pool@example.org>',
    publicUrl: 'https://pool.example.org/',
  });
});
afterAll(async () => {
  await t.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const mail = (wish: Pick<Mail, 'to' | 'subject'> & Partial<Mail>): Mail => ({
  locale: 'EN' as never,
  event: 'account.password-changed',
  body: '-',
  authors: [],
  ...wish,
});

/** The text of a message whose transfer encoding is quoted-printable or none. */
function body(message: string): string {
  return message
    .slice(message.indexOf('\r\n\r\n') + 4)
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

describe('with a mail server', () => {
  it('a mail arrives there, with a working link on the public address, and nothing of it stands in the log', async () => {
    const person = await seed(t).person();
    await t.gql('mutation($email: String!) { requestPasswordReset(input: { email: $email }) { mailSent } }', {
      email: person.email,
    });
    const first = await eventually(() => Promise.resolve(received[0]));
    expect(first).toMatchObject({ from: 'pool@example.org', to: [person.email] });
    expect(first.message).toMatch(/^Content-Language: en\r$/m);
    const token = /https:\/\/pool\.example\.org\/reset-password#token=(tpo_[\w-]{43})\r?\n/.exec(
      body(first.message),
    )?.[1];
    expect(token).toBeDefined();
    await t.gql(
      'mutation($t: String!) { resetPassword(input: { token: $t, newPassword: "arrived by real mail" }) { passwordChanged } }',
      { t: token },
    );
    await eventually(() => Promise.resolve(received[1]));
    const log = JSON.stringify(t.logLines);
    expect(log).not.toContain(token);
    expect(log).not.toContain(person.email);
  });

  it('a mail that is refused is tried again, and the log names neither recipient nor text', async () => {
    refuse = true;
    const before = received.length;
    const stranger = 'stranger@example.org';
    await t.app.dataSource.transaction((tx) =>
      queueMails(tx, [mail({ to: stranger, subject: 'Hello', body: 'confidential-words' })]),
    );
    await eventually(() => Promise.resolve(t.logLines.find((line) => line.task === 'mail:send')));
    const log = JSON.stringify(t.logLines);
    expect(log).toContain('The mail server did not take a mail');
    expect(log).not.toMatch(/stranger@example\.org|confidential-words|secret-recipient/);
    refuse = false;
    await t.sql(
      `SELECT graphile_worker.reschedule_jobs(array_agg(id), run_at := now())
       FROM graphile_worker.jobs
       WHERE task_identifier = 'mail:send'`,
    );
    const arrived = await eventually(() => Promise.resolve(received[before]));
    expect(arrived.to).toEqual([stranger]);
  });

  it('a mail that is sent again, since the answer to it was lost, keeps its message id (issue 16)', async () => {
    const before = received.length;
    const idOf = ({ message }: Received) => /^Message-ID: (<.+>)\r$/im.exec(message)?.[1];
    loseAnswer = true;
    await t.app.dataSource.transaction((tx) => queueMails(tx, [mail({ to: 'twice@example.org', subject: 'Twice' })]));
    const first = await eventually(() => Promise.resolve(received[before]));
    await eventually(
      async () =>
        (await t.sql(`SELECT graphile_worker.reschedule_jobs(array_agg(id), run_at := now())
       FROM graphile_worker.jobs
       WHERE task_identifier = 'mail:send' AND attempts > 0 AND locked_at IS NULL`)) && received[before + 1],
    );
    const second = received[before + 1]!;
    expect([first.to, second.to]).toEqual([['twice@example.org'], ['twice@example.org']]);
    expect(idOf(first)).toMatch(/^<[0-9a-f-]{36}@example\.org>$/);
    expect(idOf(second)).toBe(idOf(first));
    await t.app.dataSource.transaction((tx) => queueMails(tx, [mail({ to: 'twice@example.org', subject: 'Twice' })]));
    const other = await eventually(() => Promise.resolve(received[before + 2]));
    expect(idOf(other)).not.toBe(idOf(first));
  });

  it('a mail is sent only if its transaction commits, and to one recipient whatever the address says', async () => {
    const before = received.length;
    await expect(
      t.app.dataSource.transaction(async (tx) => {
        await queueMails(tx, [mail({ to: 'never@example.org', subject: 'Never' })]);
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await t.app.dataSource.transaction((tx) =>
      queueMails(tx, [mail({ to: 'one@example.org', subject: 'Line\r\nBcc: two@example.org' })]),
    );
    const arrived = await eventually(() => Promise.resolve(received[before]));
    expect(arrived.to).toEqual(['one@example.org']);
    expect(arrived.message).not.toMatch(/^Bcc:/m);
  });
});

describe('without a mail server', () => {
  it('a deployment on its own database keeps mails waiting and says why, without showing them', async () => {
    const own = await startTestApp({ databaseUrl: 'postgres://named' });
    try {
      await own.app.dataSource.transaction((tx) =>
        queueMails(tx, [mail({ to: 'waiting@example.org', subject: 'Hello', body: 'confidential-words' })]),
      );
      await eventually(() => Promise.resolve(own.logLines.find((line) => line.task === 'mail:send')));
      expect(JSON.stringify(own.logLines)).toContain('Set SMTP_URL');
      expect(JSON.stringify(own.logLines)).not.toMatch(/waiting@example\.org|confidential-words/);
      expect(await own.sql(`SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'mail:send'`)).toHaveLength(1);
    } finally {
      await own.close();
    }
  });
});
