import type { PersonalData } from '../kernel/personal-data.js';

/** Columns of code lists: none is personal. */
export const taxonomyColumns: Required<Pick<PersonalData, 'impersonal'>> = {
  impersonal: {
    'a published code list': [
      ...['industry', 'region', 'strategic_area'].flatMap((table) => [
        `${table}.code`,
        `${table}.name`,
        `${table}.path`,
      ]),
      'currency_rate.currency',
    ],
  },
};
