/**
 * Lint rule: days, months and years of a moment come from src/lib/day.ts. Both the calendar of JavaScript (UTC, or the
 * zone of the machine) and that of SQL (the zone of the session) give another day than China's for a part of each day.
 */

/** Parts of a date in the machine's zone or in UTC; hours and smaller parts belong to a moment, not to a day. */
const PART = /^[gs]et(?:UTC)?(?:FullYear|Year|Month|Date|Day|Hours)$/;
const TEXT = /^to(?:Date|LocaleDate|LocaleTime|Time|GMT|UTC)String$/;
const ISO = /^to(?:ISOString|JSON)$/;
const CUTS = /^(?:slice|substring|substr|split|at|match|startsWith)$/;

const MESSAGE =
  'Take days, months and years of a moment from src/lib/day.ts (dayOfChina): until 08:00 in China, UTC still has the day before.';

const named = (node) =>
  node?.type !== 'MemberExpression' ? undefined : node.computed ? node.property.value : node.property.name;

/** A call of `toISOString`, also where it is optional or in brackets. */
function isIsoText(node) {
  if (node?.type === 'ChainExpression') return isIsoText(node.expression);
  return node?.type === 'CallExpression' && ISO.test(named(node.callee) ?? '');
}

/** SQL that derives a day from a moment without naming the zone. Casts of parameters (`$1::date`) are of texts. */
function wrongSql(text) {
  if (/\b(?:current_date|localtimestamp|localtime|make_timestamp|timeofday)\b/i.test(text)) return true;
  for (const found of text.matchAll(
    /([\w.]+(?:\([^()]*\))?|\))?\s*::\s*(?:date|timestamp|time)\b(?!\s*with time zone)(?!tz)/gi,
  )) {
    const before = text.slice(0, found.index + (found[1]?.length ?? 0));
    if (/(?:[$:]\w+|')$/.test(before)) continue;
    if (!/\bAT TIME ZONE\s+(?:'[^']*'|[$:]?\w+)\s*\)$/i.test(before)) return true;
  }
  for (const found of text.matchAll(/\bcast\s*\(([^()]*)\bas\s+(?:date|timestamp|time)\b/gi))
    if (!/AT TIME ZONE/i.test(found[1])) return true;
  const calls = /\b(?:date_trunc|date_part|date_bin|to_char|extract)\s*\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)/gi;
  for (const [call, inside] of text.matchAll(calls)) {
    if (/AT TIME ZONE/i.test(inside) || /\bepoch\b/i.test(inside)) continue;
    // Names of moments end in `_at`; those of days in `_on`, or they are called month or deadline.
    if (
      /_at\b|\bat\b(?! time)|\bnow\s*\(|clock_timestamp|current_timestamp|statement_timestamp|timestamptz/i.test(inside)
    )
      return true;
    if (/^date_/i.test(call)) return true;
  }
  return false;
}

export const dayOfChina = {
  meta: { type: 'problem', docs: { description: MESSAGE }, schema: [] },
  create(context) {
    const report = (node) => context.report({ node, message: MESSAGE });
    /** Variables that hold an ISO text, so that a detour through a name is found as well. */
    const isIsoVariable = (node) => {
      if (node?.type !== 'Identifier') return false;
      for (let scope = context.sourceCode.getScope(node); scope; scope = scope.upper) {
        const variable = scope.set.get(node.name);
        if (variable)
          return variable.defs.some((def) => def.node.type === 'VariableDeclarator' && isIsoText(def.node.init));
      }
      return false;
    };
    return {
      MemberExpression(node) {
        const name = named(node);
        if (typeof name !== 'string') return;
        if (PART.test(name) || TEXT.test(name) || name === 'getTimezoneOffset') report(node);
        if (CUTS.test(name) && (isIsoText(node.object) || isIsoVariable(node.object))) report(node);
        if (name === 'DateTimeFormat' && node.object.name === 'Intl') report(node);
      },
      CallExpression(node) {
        if (named(node.callee) === 'split' && node.arguments[0]?.value === 'T') report(node);
        if (named(node.callee) === 'UTC' && node.callee.object.name === 'Date') report(node);
      },
      Literal(node) {
        if (typeof node.value === 'string' && wrongSql(node.value)) report(node);
      },
      TemplateLiteral(node) {
        // Placeholders stand for themselves, so that a cast behind one is seen with what it casts.
        if (wrongSql(node.quasis.map(({ value }) => value.cooked).join('placeholder'))) report(node);
      },
    };
  },
};
