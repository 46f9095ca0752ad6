import { allOf, type PersonalData } from '../kernel/personal-data.js';

/** Columns of the ledger: what is personal, and what is not. */
export const ledgerColumns: Required<Pick<PersonalData, 'columns' | 'impersonal'>> = {
  columns: {
    ...allOf(['ledger_record.actor', 'ledger_record.subject_id', 'ledger_record.facts'], {
      holds: 'acts under the person’s pseudonym; ids of objects, and no names or texts',
      exported: 'recordedActs',
      erased: 'UNLINKED',
    }),
    ...allOf(['ledger_text.account_id', 'ledger_text.text', 'ledger_text.salt', 'ledger_text.hash'], {
      holds: 'reasons that the person gave and contents that the person’s edits replaced',
      exported: 'reasonsGiven',
      erased: 'DELETED',
    }),
    'authored_text.account_id': {
      holds: 'who wrote the text in a column of another table',
      exported: 'textsWritten',
      erased: 'DELETED',
    },
  },
  impersonal: {
    'the place of a text in another table': ['authored_text.place', 'authored_text.row_id'],
    'a kind of record or subject': ['ledger_record.kind', 'ledger_record.subject_type'],
    'digests, signatures and keys of the chain': [
      'ledger_record.hash',
      'ledger_record.previous_hash',
      'ledger_head.hash',
      'ledger_head.signature',
      'ledger_key.kid',
      'ledger_partition.last_hash',
      'ledger_key.private_key',
      'ledger_key.public_key',
    ],
    'names of the program’s own files and steps': ['loaded_file.name', 'loaded_file.sha256', 'migrations.name'],
  },
};
