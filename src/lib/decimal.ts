import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const DECIMAL = /^\d{1,16}(\.\d{1,2})?$/;

/**
 * Converts a non-negative decimal number of at most 16 digits before and 2 after the point to its canonical text,
 * without leading zeros and trailing zero decimals; returns null for any other text.
 */
export function canonicalDecimal(text: string): string | null {
  const value = text.trim();
  if (!DECIMAL.test(value)) return null;
  const [whole = '0', fraction = ''] = value.split('.');
  const cents = fraction.replace(/0+$/, '');
  const units = whole.replace(/^0+(?=\d)/, '');
  return cents === '' ? units : `${units}.${cents}`;
}

/** Compares two canonical decimals exactly. */
export function compareDecimals(a: string, b: string): number {
  const cents = (value: string) => {
    const [whole = '0', fraction = ''] = value.split('.');
    return BigInt(whole + fraction.padEnd(2, '0'));
  };
  const difference = cents(a) - cents(b);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

function parse(value: unknown): string {
  const text =
    typeof value === 'number'
      ? Number.isSafeInteger(Math.trunc(value))
        ? String(value)
        : ''
      : typeof value === 'string'
        ? value
        : '';
  const decimal = canonicalDecimal(text);
  if (decimal === null) {
    throw new GraphQLError('A Decimal is a non-negative amount of at most 16 digits and 2 decimals.', {
      extensions: { code: 'BAD_USER_INPUT', reason: 'BAD_DECIMAL' },
    });
  }
  return decimal;
}

/** GraphQL scalar for exact decimal amounts as strings, so that money never passes through binary floating point. */
export const Decimal = new GraphQLScalarType({
  name: 'Decimal',
  description:
    'An exact non-negative amount as a string, such as "1500000" or "12.5": at most 16 digits before and 2 after the point. Numbers are accepted as input.',
  serialize: parse,
  parseValue: parse,
  parseLiteral(node) {
    if (node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT) return parse(node.value);
    return parse(undefined);
  },
});
