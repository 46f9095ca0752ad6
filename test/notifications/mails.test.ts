import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { readConfig } from '../../src/kernel/config.js';
import { composition } from '../../src/modules.js';
import { MAIL_KINDS, MANDATORY } from '../../src/notifications/mail.events.js';
import { renderedMails } from './facts.js';
import { namesForPrograms, sentencesInSources } from './sentences.js';

const schema = await createSchema(composition);
const mutations = Object.keys(schema.getMutationType()!.getFields());
const config = { ...readConfig({}), publicUrl: 'https://pool.example.org' };
const events = Object.values(composition.mails);
const HAN = /\p{Script=Han}/u;

describe('the table of mails (issue 15, point 14)', () => {
  it('is the one of docs/mails.md (UPDATE_DOCS=1 writes it)', async () => {
    const page = await readFile('docs/mails.md', 'utf8');
    const rows = events
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, tells, kind, page: path }) => [
        `\`${name}\``,
        tells.en,
        tells.zh,
        `\`${kind}\`${MANDATORY.has(kind) ? ', always sent' : ''}`,
        path === null ? 'none' : `\`/${path}\``,
      ]);
    const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
    const head = ['event', 'who is told, and when', '告知对象与时机', 'kind', 'page behind the link'];
    const table = [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
    const [begin, end] = ['<!-- table: mails -->\n', '<!-- end: mails -->'];
    const written = await format(
      `${page.slice(0, page.indexOf(begin) + begin.length)}\n${table}\n\n${page.slice(page.indexOf(end))}`,
      { ...(await resolveConfig('docs/mails.md')), parser: 'markdown' },
    );
    if (process.env['UPDATE_DOCS'] === '1') await writeFile('docs/mails.md', written);
    expect(await readFile('docs/mails.md', 'utf8')).toBe(written);
  });

  it('has the events that were missing', () => {
    for (const name of [
      'round.both-accepted',
      'nda.requested',
      'nda.decided',
      'objection.made',
      'objection.answered',
      'passport.void',
      'passport.expiring',
      'reviewer.reviewing-ended',
      'team.dissolved',
    ])
      expect(Object.keys(composition.mails)).toContain(name);
  });

  it('has a kind for every event and a page for every link', () => {
    const pages = new Map(composition.mailPages.map((page) => [page.path, page]));
    for (const { name, kind, page } of events) {
      expect(Object.keys(MAIL_KINDS), name).toContain(kind);
      if (page !== null) expect(pages.has(`/${page}`), `${name}: no module has the page /${page}`).toBe(true);
    }
    for (const { path, operation } of pages.values()) expect(validate(schema, parse(operation)), path).toEqual([]);
  });
});

describe.each(['ZH', 'EN'] as const)('every mail in %s', (locale) => {
  const mails = renderedMails({ config }, locale as never);

  it('is in that language as a whole', () => {
    for (const { event, subject, text } of mails) {
      if (locale === 'EN') expect(`${event.name}: ${subject}\n${text}`).not.toMatch(HAN);
      else {
        expect(subject, event.name).toMatch(HAN);
        // Words in the Latin script are names of techniques, or stand in a link.
        expect(text.replaceAll(/https:\S+|token: \S+|API/g, ''), event.name).not.toMatch(/[A-Za-z]{3,}/);
      }
      expect(`${subject}\n${text}`, event.name).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });

  it('names no mutation and no raw id', () => {
    for (const { event, subject, text } of mails)
      expect(namesForPrograms(`${subject}\n${text}`, mutations), event.name).toEqual([]);
  });

  it('says why it is sent, and how its kind is switched off or that it is not', () => {
    for (const { event, text } of mails) {
      expect(text).toContain(event.tells[locale === 'ZH' ? 'zh' : 'en']);
      if (MANDATORY.has(event.kind)) expect(text).toMatch(locale === 'ZH' ? /无法退订/ : /cannot be switched off/);
      else expect(text).toContain('https://pool.example.org/unsubscribe/');
    }
  });

  it('names the person inviting and the role, where it invites', () => {
    const role = { ZH: /所有者|编辑|成员|评审专家|人才/, EN: /as (owner|editor|member)|reviewer|as a talent/ }[locale];
    const inviting = { ZH: /王老师|甲大学/, EN: /Prof\. Wang|First University/ }[locale];
    for (const { text } of mails.filter(({ event }) => event.name.endsWith('.invited'))) {
      expect(text).toMatch(inviting);
      expect(text).toMatch(role);
    }
  });
});

describe('a sentence for people in the sources', () => {
  it('names no mutation and no raw id: errors, refusals and mails', async () => {
    const named = (await sentencesInSources()).flatMap(({ file, text }) =>
      namesForPrograms(text, mutations).map((name) => `${file}: “${text}” names ${name}`),
    );
    expect(named).toEqual([]);
  }, 60_000);
});
