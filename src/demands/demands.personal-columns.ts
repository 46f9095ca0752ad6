import { allOf, authoredText, recordOfOrganisation, type PersonalData } from '../kernel/personal-data.js';

/** Columns of demands: what is personal, and what is not. */
export const demandsColumns: Required<Pick<PersonalData, 'columns' | 'impersonal'>> = {
  columns: {
    'demand.status_reason': authoredText('why an operator suspended a demand'),
    ...allOf(['demand.title', 'demand.description', 'demand.targets'], recordOfOrganisation('an enterprise’s demand')),
  },
  impersonal: { 'a code of a closed list': ['demand.budget_currency', 'demand.status'] },
};
