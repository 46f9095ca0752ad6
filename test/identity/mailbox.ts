import { eventually, type TestApp } from '../harness.js';

export interface LoggedMail {
  to: string;
  subject: string;
  text: string;
}

/** The mails logged so far to one address. */
export function mailsTo(t: TestApp, address: string): LoggedMail[] {
  return t.logLines
    .map((line) => line.mail as LoggedMail | undefined)
    .filter((mail): mail is LoggedMail => mail?.to === address);
}

/** Waits for the n-th mail to an address. */
export function mailTo(t: TestApp, address: string, nth = 1): Promise<LoggedMail> {
  return eventually(() => Promise.resolve(mailsTo(t, address)[nth - 1]));
}

/** The one-time token in a mail, on a line of its own. */
export function tokenIn(mail: LoggedMail): string {
  const token = /^token: (\S+)$/m.exec(mail.text)?.[1];
  if (token === undefined) throw new Error(`no token in the mail “${mail.subject}”`);
  return token;
}
