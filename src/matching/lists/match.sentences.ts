import type { Localized } from '../../kernel/localized.js';
import type { Evidence } from '../engine/result.types.js';
import type { Day } from '../engine/types.js';
import type { MatchCounterpartKind } from '../match.vocabularies.js';
import { isoDay } from '../../lib/day.js';

/**
 * Converts the evidence of a term of a match score to sentences in Chinese and English. A sentence states nothing but
 * the evidence: every number and name in it comes from the engine.
 */

export type Sentence = Required<Localized>;

/** Display names of the codes and keys in evidence. */
export interface Names {
  industry(code: string): Sentence;
  region(code: string): Sentence;
  /** Name, in Chinese and English, of a vocabulary's code, such as a funding stage. */
  word(vocabulary: 'FundingStage' | 'CooperationMode' | 'TalentEvidenceKind' | 'ManagerGrade', code: string): Sentence;
  language(code: string): Sentence;
  party(key: string): Sentence;
  /** Words that occur literally in the texts of both sides of the match, largest weight first. */
  shared(): readonly string[];
}

const monthOf = (day: Day): string => isoDay(day).slice(0, 7);
const percent = (share: number): string => `${Math.round(share * 100)}%`;

/** Formats an amount of CNY in common units: 万元 and 亿元 in Chinese, million and thousand in English. */
export function cny(amount: number): Sentence {
  const short = (value: number) => (value >= 100 ? Math.round(value).toString() : String(Number(value.toPrecision(3))));
  return {
    zh: amount >= 1e8 ? `${short(amount / 1e8)} 亿元` : `${short(amount / 1e4)} 万元`,
    en: amount >= 1e6 ? `CNY ${short(amount / 1e6)} million` : `CNY ${short(amount / 1e3)} thousand`,
  };
}

/**
 * Formats an amount of CNY that is only approximate, rounded to two significant digits and then in the units of `cny`:
 * a mean of 14,140,000 is shown as 1400 万元 and as CNY 14 million.
 */
const roughly = (amount: number): Sentence => cny(Number(amount.toPrecision(2)));

function range(min: number | null, max: number | null): Sentence {
  const [a, b] = [min === null ? null : cny(min), max === null ? null : cny(max)];
  if (a && b) return { zh: `${a.zh}至${b.zh}`, en: `${a.en} to ${b.en}` };
  if (a) return { zh: `${a.zh}以上`, en: `${a.en} or more` };
  return b ? { zh: `${b.zh}以内`, en: `up to ${b.en}` } : { zh: '未写明', en: 'not stated' };
}

const list = (names: readonly Sentence[]): Sentence => ({
  zh: names.map((name) => name.zh).join('、'),
  en: names.map((name) => name.en).join(', '),
});
const joined = (parts: ReadonlyArray<Sentence | null>): Sentence => {
  const said = parts.filter((part): part is Sentence => part !== null);
  return { zh: `${said.map((part) => part.zh).join('；')}。`, en: `${said.map((part) => part.en).join('; ')}.` };
};

/**
 * Builds a sentence such as "4 of its 11 investments are in …, the latest in 2025-11"; null if the industry or region
 * of none of its investments is known.
 */
function counted(investments: number, of: number, latest: Day | null, where: Sentence): Sentence | null {
  if (of === 0) return null;
  if (investments === 0)
    return { zh: `其 ${of} 笔投资均不在${where.zh}`, en: `none of its ${of} investments is in ${where.en}` };
  const [zh, en] =
    latest === null ? ['', ''] : [`，最近一笔在 ${monthOf(latest)}`, `, the latest in ${monthOf(latest)}`];
  return {
    zh: `其 ${of} 笔投资中有 ${investments} 笔在${where.zh}${zh}`,
    en: `${investments} of its ${of} investments ${investments === 1 ? 'is' : 'are'} in ${where.en}${en}`,
  };
}

type CodeEvidence = Extract<Evidence, { code: 'INDUSTRY' | 'REGION' }>;

function codes(evidence: CodeEvidence, kind: MatchCounterpartKind, names: Names): Sentence {
  const nameOf = (code: string) => (evidence.code === 'INDUSTRY' ? names.industry(code) : names.region(code));
  const at = nameOf(evidence.at);
  const said: Record<MatchCounterpartKind, Record<'INDUSTRY' | 'REGION', (name: Sentence) => Sentence>> = {
    INVESTOR: {
      INDUSTRY: (name) => ({ zh: `声明关注${name.zh}`, en: `it declares ${name.en}` }),
      REGION: (name) => ({ zh: `声明关注${name.zh}`, en: `it declares ${name.en}` }),
    },
    TALENT: {
      INDUSTRY: (name) => ({ zh: `本人从事${name.zh}`, en: `the talent works in ${name.en}` }),
      REGION: (name) => ({ zh: `本人可在${name.zh}工作`, en: `the talent is free to work in ${name.en}` }),
    },
    DEMAND: {
      INDUSTRY: (name) => ({ zh: `需求属于${name.zh}`, en: `the need is in ${name.en}` }),
      REGION: (name) => ({ zh: `需求方在${name.zh}`, en: `the enterprise is in ${name.en}` }),
    },
  };
  const declared =
    evidence.declared === null
      ? null
      : evidence.declared.length > 0
        ? said[kind][evidence.code](list(evidence.declared.map(nameOf)))
        : {
            zh: `声明的${evidence.code === 'INDUSTRY' ? '行业' : '地区'}不含${nameOf(evidence.sought).zh}`,
            en: `what it declares does not cover ${nameOf(evidence.sought).en}`,
          };
  const record = counted(evidence.investments, evidence.of, evidence.latest, at);
  if (declared === null && record === null) {
    return evidence.code === 'INDUSTRY'
      ? { zh: '未写明行业。', en: 'No industry is stated.' }
      : { zh: '未写明地区，视为不限。', en: 'No region is stated, so anywhere.' };
  }
  return joined([record, declared]);
}

export function sentenceOf(evidence: Evidence, kind: MatchCounterpartKind, names: Names): Sentence {
  switch (evidence.code) {
    case 'INDUSTRY':
    case 'REGION':
      return codes(evidence, kind, names);
    case 'ACTIVITY':
      return evidence.investments === 0
        ? { zh: '尚无投资记录。', en: 'No past investment is on record.' }
        : joined([
            {
              zh: `共 ${evidence.investments} 笔投资记录，近一年 ${evidence.lastYear} 笔`,
              en: `${evidence.investments} investments on record, ${evidence.lastYear} in the last year`,
            },
            evidence.latest === null
              ? null
              : { zh: `最近一笔在 ${monthOf(evidence.latest)}`, en: `the latest in ${monthOf(evidence.latest)}` },
          ]);
    case 'STAGE': {
      const stage = names.word('FundingStage', evidence.sought);
      const declared =
        evidence.declared === null ? null : list(evidence.declared.map((code) => names.word('FundingStage', code)));
      return joined([
        { zh: `预计轮次为${stage.zh}`, en: `the round expected is ${stage.en}` },
        counted(evidence.investments, evidence.of, evidence.latest, { zh: `${stage.zh}`, en: `${stage.en} rounds` }),
        declared && {
          zh: `${evidence.meets ? '声明的轮次相符' : '声明的轮次不含此轮'}：${declared.zh}`,
          en: `${evidence.meets ? 'declared stages include it' : 'declared stages do not include it'}: ${declared.en}`,
        },
      ]);
    }
    case 'AMOUNT': {
      const ticket =
        evidence.ticketMin === null && evidence.ticketMax === null
          ? null
          : range(evidence.ticketMin, evidence.ticketMax);
      return joined([
        { zh: `所需资金约 ${roughly(evidence.sought).zh}`, en: `about ${roughly(evidence.sought).en} is needed` },
        evidence.typical === null
          ? null
          : {
              zh: `其 ${evidence.investments} 笔有金额的投资通常约 ${roughly(evidence.typical).zh}`,
              en: `its ${evidence.investments} investments with an amount are typically ${roughly(evidence.typical).en}`,
            },
        ticket && {
          zh: `声明的单笔金额为${ticket.zh}${evidence.meets === false ? '，不相符' : ''}`,
          en: `its ticket is ${ticket.en}${evidence.meets === false ? ', which does not fit' : ''}`,
        },
      ]);
    }
    case 'TRL':
      return {
        zh: `技术成熟度 ${evidence.sought} 级，要求 ${evidence.min} 至 ${evidence.max} 级${evidence.outside === 0 ? '，相符' : `，差 ${evidence.outside} 级`}。`,
        en: `TRL ${evidence.sought}; TRL ${evidence.min} to ${evidence.max} is asked for${evidence.outside === 0 ? ', which fits' : `, ${evidence.outside} level${evidence.outside === 1 ? '' : 's'} away`}.`,
      };
    case 'COOPERATION': {
      const shared = list(evidence.shared.map((mode) => names.word('CooperationMode', mode)));
      const declared = list(evidence.declared.map((mode) => names.word('CooperationMode', mode)));
      return evidence.shared.length > 0
        ? { zh: `合作方式相符：${shared.zh}。`, en: `Modes of cooperation in common: ${shared.en}.` }
        : {
            zh: `合作方式不相符；其声明的是${declared.zh}。`,
            en: `No mode of cooperation in common; it declares ${declared.en}.`,
          };
    }
    case 'CO_INVESTORS': {
      const ties = evidence.ties.map((tie): Sentence => {
        const name = names.party(tie.key);
        return {
          zh: `与已投资方${name.zh}共同投资过 ${tie.rounds} 次，最近在 ${monthOf(tie.latest)}`,
          en: `invested ${tie.rounds === 1 ? 'once' : `${tie.rounds} times`} with the existing backer ${name.en}, last in ${monthOf(tie.latest)}`,
        };
      });
      return ties.length > 0
        ? joined(ties)
        : {
            zh: '与已有投资方没有共同投资记录。',
            en: 'No investment together with the existing backers is on record.',
          };
    }
    case 'LATENT': {
      const rounds = evidence.rounds.slice(0, 3).map((round): Sentence => {
        const parts = [
          round.industry === null ? null : names.industry(round.industry),
          round.region === null ? null : names.region(round.region),
          round.stage === null ? null : names.word('FundingStage', round.stage),
        ].filter((part): part is Sentence => part !== null);
        return {
          zh: `${monthOf(round.day)} ${parts.map((part) => part.zh).join('·')}`,
          en: `${monthOf(round.day)} ${parts.map((part) => part.en).join(', ')}`,
        };
      });
      return rounds.length === 0
        ? { zh: '按相似投资组合推断。', en: 'Inferred from similar records.' }
        : {
            zh: `投资过这类项目的机构常投此类成果，依据：${rounds.map((round) => round.zh).join('；')}。`,
            en: `Investors of such rounds often go into results like this; it rests on: ${rounds.map((round) => round.en).join('; ')}.`,
          };
    }
    case 'TEXT': {
      const shared = names.shared();
      return joined([
        { zh: `文字相似度 ${percent(evidence.similarity)}`, en: `likeness of texts ${percent(evidence.similarity)}` },
        shared.length === 0
          ? null
          : { zh: `共同用语：${shared.join('、')}`, en: `words in common: ${shared.join(', ')}` },
      ]);
    }
    case 'BASE':
      return {
        zh: `${names.industry(evidence.sought).zh}占全部投资的 ${percent(evidence.share)}。`,
        en: `${names.industry(evidence.sought).en} is ${percent(evidence.share)} of all investments.`,
      };
    case 'LANGUAGES': {
      const shared = list(evidence.shared.map((code) => names.language(code)));
      return evidence.shared.length > 0
        ? { zh: `共同语言：${shared.zh}。`, en: `Languages in common: ${shared.en}.` }
        : { zh: '没有共同的工作语言。', en: 'No working language in common.' };
    }
    case 'EVIDENCE': {
      const kinds = evidence.kinds.map((one): Sentence => {
        const name = names.word('TalentEvidenceKind', one.kind);
        const [zh, en] = one.latest === null ? ['', ''] : [`（最近 ${one.latest} 年）`, ` (latest ${one.latest})`];
        return { zh: `${name.zh} ${one.count} 项${zh}`, en: `${name.en} × ${one.count}${en}` };
      });
      return joined([
        ...(kinds.length === 0 ? [{ zh: '尚无业绩证明', en: 'no evidence yet' }] : kinds),
        evidence.verified ? { zh: '已经运营方核验', en: 'verified by an operator' } : null,
      ]);
    }
    case 'AVAILABILITY':
      return joined([
        evidence.daysPerMonth === null
          ? { zh: '未写明可投入时间', en: 'availability is not stated' }
          : { zh: `每月可投入 ${evidence.daysPerMonth} 天`, en: `${evidence.daysPerMonth} days a month` },
        evidence.availableFrom === null || evidence.waitDays <= 0
          ? null
          : { zh: `自 ${isoDay(evidence.availableFrom)} 起`, en: `from ${isoDay(evidence.availableFrom)}` },
      ]);
    case 'GRADE': {
      const grade = names.word('ManagerGrade', evidence.grade);
      return { zh: `${grade.zh}技术经理人。`, en: `Technology manager, ${grade.en}.` };
    }
    case 'DEADLINE':
      return {
        zh: `截止 ${isoDay(evidence.deadline)}，还有 ${evidence.daysLeft} 天。`,
        en: `Open until ${isoDay(evidence.deadline)}, ${evidence.daysLeft} days left.`,
      };
    case 'BUDGET': {
      const budget = range(evidence.budgetMin, evidence.budgetMax);
      return {
        zh: `预算为${budget.zh}，成果所需约 ${roughly(evidence.sought).zh}${evidence.meets ? '，可覆盖' : '，不足'}。`,
        en: `The budget is ${budget.en}; about ${roughly(evidence.sought).en} is needed${evidence.meets ? ', which it covers' : ', which it does not cover'}.`,
      };
    }
  }
}
