import { addConstraint, oneOf, onlyOf, SqlMigration, vocabularyConstraint } from '../src/lib/migration.js';

/**
 * Vocabularies as they stand with this migration. A vocabulary that grows needs a migration that replaces its
 * constraint; test/maintenance/vocabulary-checks.test.ts compares the schema with the vocabularies of the program.
 */
const CURRENCIES =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XDR XOF XPF XSU YER ZAR ZMW ZWG ZWL';

const DECLINE_REASONS = 'TOO_EARLY BENEFIT_UNCLEAR ROUTE_TO_MARKET_UNCLEAR PRICE IP OUTSIDE_THESIS CAPACITY OTHER';

/** Languages by ISO 639-1. */
const LANGUAGES =
  'aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu';

/** Codes of each column, separated by blanks. */
const ONE: Readonly<Record<string, string>> = {
  'achievement.attribute': 'ORIGINAL_INNOVATION REINNOVATION_AFTER_IMPORT DOMESTIC_REDEVELOPMENT',
  'achievement.category': 'BASIC_THEORY APPLIED_TECHNOLOGY SOFT_SCIENCE',
  'achievement.funding_currency': CURRENCIES,
  'achievement.stage': 'INITIAL INTERMEDIATE MATURE',
  'achievement_cooperation.licence_kind': 'EXCLUSIVE SOLE ORDINARY CROSS OPEN',
  'achievement_cooperation.mode': 'SELF_INVEST ASSIGNMENT LICENCE JOINT EQUITY OTHER',
  'assessment.dimension': 'MARKET_POTENTIAL ECONOMIC_VALUE TECHNICAL_CONTENT',
  'cohort_entry.decision_reason':
    'QUOTA FLOOR_MARKET_POTENTIAL FLOOR_ECONOMIC_VALUE FLOOR_TECHNICAL_CONTENT TOO_FEW_REVIEWS OBJECTION_UPHELD',
  'cultivation_gap.dimension': 'MARKET_POTENTIAL ECONOMIC_VALUE TECHNICAL_CONTENT',
  'currency_rate.currency': CURRENCIES,
  'demand.budget_currency': CURRENCIES,
  'gap_code.dimension': 'MARKET_POTENTIAL ECONOMIC_VALUE TECHNICAL_CONTENT',
  'import_run.format': 'CSV XLSX',
  'ip_right.status': 'APPLIED PUBLISHED GRANTED EXPIRED LAPSED',
  'ip_right.type':
    'INVENTION_PATENT UTILITY_MODEL DESIGN_PATENT SOFTWARE_COPYRIGHT PLANT_VARIETY IC_LAYOUT TECHNICAL_SECRET OTHER',
  'mail_opt_out.kind':
    'ACCOUNT INVITATION ORGANISATION PROFILE MENTION ACHIEVEMENT CONFIDENTIAL_DETAIL INTEREST ROUND TEAM REVIEWING',
  'matching_round_pair.investor_reason': DECLINE_REASONS,
  'matching_round_pair.lister_reason': DECLINE_REASONS,
  'objection.reason_code': 'NOT_OWNER FALSE_STATEMENT DUPLICATE CONFLICT_OF_INTEREST PROCEDURE OTHER',
  'reviewer_figure.dimension': 'MARKET_POTENTIAL ECONOMIC_VALUE TECHNICAL_CONTENT',
  'support_service.kind':
    'PROOF_OF_CONCEPT PILOT_FACILITY TESTING IP_AGENCY SERVICE_AGENCY MARKET_STUDY MENTORING FUNDING',
  'track_record.stage': 'SEED ANGEL PRE_A SERIES_A SERIES_B SERIES_C GROWTH PRE_IPO STRATEGIC OTHER',
};

/** The same of columns that hold several codes. */
const SEVERAL: Readonly<Record<string, string>> = {
  'api_key.scopes': 'READ WRITE',
  'assignment.dimensions': 'MARKET_POTENTIAL ECONOMIC_VALUE TECHNICAL_CONTENT',
  'cohort.tie_rule': 'MARKET_POTENTIAL ECONOMIC_VALUE TECHNICAL_CONTENT SMALLER_ERROR EARLIER_REGISTRATION ENTRY_ID',
  'cohort_entry.screen_reasons': 'INCOMPLETE NEAR_DUPLICATE NOT_ELIGIBLE ALREADY_ADMITTED WITHDRAWN OPERATOR',
  'conflict.reasons': 'SAME_ORGANISATION ORGANISATION_FAMILY OWN_ACHIEVEMENT CO_INVENTOR COLLABORATION DECLARED',
  'investor_profile.cooperation_modes': 'SELF_INVEST ASSIGNMENT LICENCE JOINT EQUITY OTHER',
  'investor_profile.funding_stages': 'SEED ANGEL PRE_A SERIES_A SERIES_B SERIES_C GROWTH PRE_IPO STRATEGIC OTHER',
  'review.shared': 'MARKET_POTENTIAL ECONOMIC_VALUE TECHNICAL_CONTENT',
  'reviewer.dimensions': 'MARKET_POTENTIAL ECONOMIC_VALUE TECHNICAL_CONTENT',
  'talent_profile.languages': LANGUAGES,
};

const constraints = (condition: typeof oneOf, columns: Readonly<Record<string, string>>): string[][] =>
  Object.entries(columns).map(([place, codes]) => {
    const [table, column] = place.split('.') as [string, string];
    return [table, vocabularyConstraint(table, column), `CHECK (${condition(column, codes.split(' '))})`];
  });
const ALL = [...constraints(oneOf, ONE), ...constraints(onlyOf, SEVERAL)] as Array<[string, string, string]>;

/** Codes of closed lists are checked by the database too, whatever writes them. */
export class VocabularyChecks20261130235100 extends SqlMigration {
  readonly name = 'VocabularyChecks20261130235100';

  readonly forward = ALL.map((one) => addConstraint(...one)).join('');

  readonly backward = ALL.map(([table, name]) => `ALTER TABLE ${table} DROP CONSTRAINT ${name};`).join('\n');
}
