import { ConflictError } from '../../kernel/errors.js';
import { Organisation } from '../../identity/organisations/organisation.entity.js';
import { InvestorProfile } from '../../investors/investor.entity.js';
import { assertInvests } from '../../investors/investor.service.js';
import type { ImportTarget } from '../runs/import.target.js';
import type { KeyedRow } from '../runs/import.row-keys.js';
import { MappingFault } from '../mapping/mapping.js';
import { applyTrackRecords, trackRecordKeysOf, type TrackRecordKeys } from './track-records.apply-rows.js';
import {
  readableAsTrackRecord,
  trackRecordFields,
  trackRecordReader,
  type TrackRecordPatch,
} from './track-records.reader.js';
import { coded, say } from '../../messages/catalogue.js';

/** The kind of import that adds past investments to an organisation's investor profile. */
export const trackRecordTarget: ImportTarget = {
  code: 'TRACK_RECORDS',
  needed: 'for a track record',
  fields: trackRecordFields,
  keyFields: ['externalId'],
  readable: readableAsTrackRecord,
  reader: trackRecordReader,
  keysOf: (patch) => trackRecordKeysOf(patch as TrackRecordPatch),
  keyedBy: (mapping) => (Object.values(mapping.columns).includes('externalId') ? 'EXTERNAL_ID' : 'COMPANY_AND_DATE'),

  checkColumns(owners) {
    const needed = owners.has('externalId') ? [] : ['company', 'investedOn'].filter((key) => !owners.has(key));
    if (needed.length > 0) throw new MappingFault(say('FIELD_MISSING', { fields: needed }));
  },

  missingFields(mapping) {
    const given = new Set([...Object.values(mapping.columns), ...Object.keys(mapping.defaults)]);
    return ['company', 'investedOn'].filter((key) => !given.has(key));
  },

  async assertMay(db, organisation) {
    assertInvests(organisation);
    if (await db.existsBy(InvestorProfile, { organisationId: organisation.id })) return;
    throw new ConflictError(say('NO_INVESTOR_PROFILE.import'), 'NO_INVESTOR_PROFILE');
  },

  async begin(app, run, columnOf) {
    const { manager } = app.dataSource;
    const [organisation, investor] = await Promise.all([
      manager.findOneByOrFail(Organisation, { id: run.institutionId }),
      manager.findOneByOrFail(InvestorProfile, { organisationId: run.institutionId }),
    ]);
    const settings = {
      organisation,
      columnOf,
      investorId: investor.id,
      at: app.clock(),
      retitledLines: new Set(run.retitledLines),
    };
    return (tx, rows, before, dryRun) =>
      applyTrackRecords(
        tx,
        settings,
        rows as ReadonlyArray<KeyedRow<TrackRecordPatch, TrackRecordKeys>>,
        before,
        dryRun,
      );
  },

  conflictOf(constraint) {
    if (constraint === 'track_record_investor_id_external_id_key')
      return { field: 'externalId', ...coded('EXTERNAL_ID_TAKEN.trackRecord') };
    if (constraint === 'track_record_natural_key') return { field: 'company', ...coded('TRACK_RECORD_EXISTS.noKey') };
    return null;
  },
};
