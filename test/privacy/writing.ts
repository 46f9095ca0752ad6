import {
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
} from 'graphql';

/**
 * Fields of inputs that take a string and no free text, by name. A new field of type String is taken for free text: if
 * the test of markers then fails because the field has a form of its own, add it here.
 */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  'a credential': [
    'password',
    'currentPassword',
    'newPassword',
    'token',
    'refreshToken',
    'code',
    'totpCode',
    'device',
    'deviceToken',
  ],
  'an address, of the person or of somebody else': ['email', 'newEmail'],
  'a code of a list': [
    'currency',
    'regionCode',
    'regions',
    'regionCodes',
    'industryCode',
    'industries',
    'excludedIndustries',
    'strategicAreas',
    'gapCodes',
    'languages',
    'unit',
    'path',
    'field',
  ],
  'a number with a form of its own': [
    'orcid',
    'ror',
    'uscc',
    'registrationNo',
    'registeredOn',
    'investedOn',
    'endedOn',
  ],
  'a date': ['asOf', 'deadline', 'availableFrom'],
  'the name of a saved mapping or of a worksheet, a form of dates or an encoding': [
    'mappingName',
    'dateOrder',
    'sheet',
    'encoding',
  ],
  'a table in one text, whose rows are given as objects too': ['csv'],
  'a key of the client’s program': ['idempotencyKey'],
  'the header of a file’s column': ['header'],
};
const FORMAL = new Set(Object.values(FORMS).flat());

const isText = (type: GraphQLInputType): boolean => getNamedType(type).name === 'String';

/** True if every field of the input is a text, such as `{ zh, en }`. */
const isTexts = (type: GraphQLInputObjectType): boolean =>
  Object.values(type.getFields()).every((field) => isText(field.type));

/** True if the input, or one within it, takes a free text. */
export function takesText(type: GraphQLInputType, above = new Set<string>()): boolean {
  const named = getNamedType(type);
  if (!isInputObjectType(named) || above.has(named.name)) return false;
  return Object.values(named.getFields()).some((field) =>
    isText(field.type) ? !FORMAL.has(field.name) : takesText(field.type, new Set([...above, named.name])),
  );
}

/**
 * The value with a marker in every free text: texts that it has are replaced, and optional ones that it lacks are
 * added.
 */
export function withMarkers(
  type: GraphQLInputType,
  value: unknown,
  mark: (path: string) => string,
  path = '',
): unknown {
  if (isNonNullType(type)) return withMarkers(type.ofType, value, mark, path);
  if (isListType(type)) {
    const list = value === undefined || value === null ? [] : (value as unknown[]);
    // An absent list of texts gets one text; an absent list of objects stays absent.
    if (list.length === 0 && isText(type)) return [mark(path)];
    return value === undefined
      ? undefined
      : list.map((entry, i) => withMarkers(type.ofType, entry, mark, `${path}.${i}`));
  }
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return isText(type) ? textOf(path, mark) : value;
  if (value === undefined && !isTexts(named)) return undefined;
  const given = (value ?? {}) as Record<string, unknown>;
  const filled = Object.values(named.getFields()).map((field) => [
    field.name,
    FORMAL.has(field.name)
      ? given[field.name]
      : withMarkers(field.type, given[field.name], mark, `${path}.${field.name}`),
  ]);
  return Object.fromEntries(filled.filter(([, each]) => each !== undefined));
}

const textOf = (path: string, mark: (path: string) => string): string =>
  /\.(url|website)$/.test(path) ? `https://example.org/${mark(path)}` : mark(path);
