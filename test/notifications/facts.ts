import type { App } from '../../src/kernel/context.js';
import { Locale } from '../../src/kernel/localized.js';
import type { MailEvent } from '../../src/kernel/mail.js';
import { composition } from '../../src/modules.js';
import { textOf } from '../../src/notifications/mail.js';

/** Facts for the mails of all events, in the language of the mail: everything that any of them mentions. */
const FULL = {
  ZH: {
    claim: { zh: '数据', en: 'data' },
    pairs2: [{ name: '甲大学', like: ['甲大学'] }],
    organisation: '甲大学',
    institution: '甲大学',
    investor: '乙基金',
    inviter: '王老师',
    person: '李老师',
    who: '王老师（甲大学）',
    title: '一项成果',
    cohort: '第一批次',
    round: '第一轮',
    reason: '资料不全',
    note: '资料不全',
    message: '请联系我们',
    body: '请联系我们',
    text: '数据有误',
    answer: '已核查',
  },
  EN: {
    claim: { zh: '数据', en: 'data' },
    pairs2: [{ name: 'First University', like: ['First University'] }],
    organisation: 'First University',
    institution: 'First University',
    investor: 'Second Fund',
    inviter: 'Prof. Wang',
    person: 'Prof. Li',
    who: 'Prof. Wang (First University)',
    title: 'A result',
    cohort: 'First cohort',
    round: 'First round',
    reason: 'Incomplete',
    note: 'Incomplete',
    message: 'Please call us',
    body: 'Please call us',
    text: 'The data are wrong',
    answer: 'It was checked',
  },
} as const;

/** The values that change the form of a mail, one variant each. */
const VARIANTS = [
  {
    role: 'OWNER',
    pairs: 1,
    count: 1,
    submitted: 1,
    open: 0,
    fresh: 1,
    enabled: true,
    paused: true,
    counted: true,
    upheld: true,
    admitted: true,
  },
  {
    role: 'EDITOR',
    pairs: 3,
    count: 3,
    submitted: 3,
    open: 2,
    fresh: 4,
    enabled: false,
    paused: false,
    counted: false,
    upheld: false,
    admitted: false,
  },
  { role: 'MEMBER', reason: null, message: null, title: null, due: '2026-12-31', on: '2026-12-31' },
] as const;

/** Facts that take codes, by the event. */
const CODES: Record<string, object[]> = {
  'account.address-changed': [{ side: 'OLD' }, { side: 'NEW' }],
  'account.confirm-address': [{ at: '2026-12-31 09:30' }],
  'account.address-held': [{ day: '2026-12-31' }],
  'passport.void': [{ reason: 'MATERIAL_CHANGE' }, { reason: 'EXPIRED' }, { reason: 'REVOKED' }],
  'cohort.decided': [
    { admitted: ['A1'], others: ['B2', 'B3'] },
    { admitted: [], others: Array.from({ length: 25 }, (_, i) => `B${i}`) },
  ],
  'cohort.proposed': [
    { proposed: ['A1'], others: 0, until: '2026-12-31 09:30' },
    { proposed: Array.from({ length: 25 }, (_, i) => `A${i}`), others: 2, until: '2026-12-31 09:30' },
    { proposed: [], others: 3, until: '2026-12-31 09:30' },
  ],
  'withdrawal.answered': [{ confirmed: true }, { confirmed: false }],
  'cohort.deleted': [
    { again: ['A1'], handIn: [] },
    { again: [], handIn: Array.from({ length: 25 }, (_, i) => `B${i}`) },
  ],
  'nda.decided': [{ status: 'GRANTED' }, { status: 'REFUSED' }, { status: 'REVOKED' }],
};
/** Events whose title or reason is always given. */
const NULLABLE_TITLE = new Set(['interest.written', 'interest.answered', 'interest.closed']);
const NULLABLE_REASON = new Set([
  'interest.closed',
  'team.invited',
  'team.formed',
  'team.dissolved',
  'team.accepted',
  'team.declined',
  'team.left',
]);

/** Every form of every mail in a language, with its subject and whole text. */
export function renderedMails(app: Pick<App, 'config'>, locale: Locale) {
  return Object.values(composition.mails).flatMap((event: MailEvent<never>) =>
    VARIANTS.flatMap((variant) =>
      (CODES[event.name] ?? [{}]).map((codes) => {
        const facts: Record<string, unknown> = {
          ...FULL[locale],
          due: '2026-12-31',
          on: '2026-12-31',
          ...VARIANTS[0],
          ...variant,
          ...codes,
        };
        if (event.name === 'organisation.namesakes') Object.assign(facts, { pairs: FULL[locale].pairs2, more: 2 });
        if (!NULLABLE_TITLE.has(event.name)) facts['title'] ??= FULL[locale].title;
        if (!NULLABLE_REASON.has(event.name)) facts['reason'] ??= FULL[locale].reason;
        const [subject, body] = event.text[locale](facts as never);
        const stop = event.kind === 'ACCOUNT' ? null : 'https://pool.example.org/unsubscribe/x';
        const text = textOf(
          app,
          event,
          { locale, body, id: 'ID', token: /confirm|reset-p|invited$/.test(event.name) ? 'TOKEN' : undefined },
          stop,
        );
        return { event, subject, text };
      }),
    ),
  );
}
