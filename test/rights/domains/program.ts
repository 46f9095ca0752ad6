import { fixed } from '../cases.js';
import type { Cases, RightsDomain, World } from '../types.js';

/** Queries of nodes, which every domain has; must be listed last, when the world is complete. */
function queries({ ids }: World): Cases {
  return {
    // The access rule of a node does not depend on its state; the states are tried as subjects.
    node: Object.keys(ids)
      .filter((label) => !label.startsWith('Achievement ') || /(DRAFT|ADMITTED)$/.test(label))
      .map((label) => fixed(label, { id: ids[label] })),
    nodes: [
      fixed('all of one kind', {
        ids: ['Interest', 'InterestMessage', 'Invitation', 'ImportRun', 'Session of OWN_OWNER'].map(
          (label) => ids[label],
        ),
      }),
    ],
  };
}

/** Fields that belong to no single domain: nodes, the ledger's records, and the program's own tables. */
export const program: RightsDomain = {
  queries,
  unmarked: {
    'a code of a closed list': ['ledger_record.kind', 'ledger_record.subject_type'],
    'a digest, selected by no query of the API': [
      'ledger_record.hash',
      'ledger_record.previous_hash',
      'loaded_file.sha256',
    ],
    'an id, which stands for nothing by itself': ['ledger_record.subject_id'],
    'names of the program’s own files and steps': ['authored_text.place', 'loaded_file.name', 'migrations.name'],
  },
};
