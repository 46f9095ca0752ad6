import { assertLists } from '../../achievements/achievement.service.js';
import { Organisation } from '../../identity/organisations/organisation.entity.js';
import { codeLists } from '../../taxonomy/code-lists.js';
import { applyBatch } from './achievements.apply-rows.js';
import { achievementKeysOf, type AchievementKeys } from './achievements.keys.js';
import { achievementFields, LIST_FIELDS, TEXT_FIELDS } from '../mapping/fields.js';
import type { KeyedRow } from '../runs/import.row-keys.js';
import type { ImportTarget } from '../runs/import.target.js';
import { MappingFault, shown } from '../mapping/mapping.js';
import { rowReader, type RowPatch } from './achievements.row-reader.js';
import { checkValue } from './achievements.row-values.js';
import { coded, say } from '../../messages/catalogue.js';

/** Groups of fields that an achievement must have to be registered; one field of a group is enough. */
const NEEDED = [['title'], ['summary', 'abstract'], ['industries'], ['trl'], ['category']];

/** Import of an institution's achievements. */
export const achievementTarget: ImportTarget = {
  code: 'ACHIEVEMENTS',
  needed: 'to register',
  fields: achievementFields,
  keyFields: ['id', 'externalId', 'registrationNo'],
  readable: checkValue,
  reader: rowReader,
  keysOf: (patch) => achievementKeysOf(patch as RowPatch),

  checkColumns(owners) {
    for (const name of [...TEXT_FIELDS, ...LIST_FIELDS]) {
      const plain = owners.get(name);
      const specific = owners.get(`${name}.zh`) ?? owners.get(`${name}.en`);
      if (plain !== undefined && specific !== undefined) {
        throw new MappingFault(
          say('FIELD_TWICE.language', { plain: shown(plain), field: name, specific: shown(specific) }),
        );
      }
    }
    if (owners.has('fundingNeed.range') && (owners.has('fundingNeed.min') || owners.has('fundingNeed.max'))) {
      throw new MappingFault(say('FIELD_TWICE.funding'));
    }
    if (!['title', 'title.zh', 'title.en', 'id', 'externalId'].some((key) => owners.has(key))) {
      throw new MappingFault(say('NO_TITLE'));
    }
  },

  missingFields(mapping) {
    const given = new Set(
      [...Object.values(mapping.columns), ...Object.keys(mapping.defaults)].map((key) => key.split('.')[0]!),
    );
    return NEEDED.filter((group) => !group.some((key) => given.has(key))).map((group) => group[0]!);
  },

  keyedBy(mapping) {
    const fields = Object.values(mapping.columns);
    if (fields.includes('id')) return 'ID';
    if (fields.includes('externalId')) return 'EXTERNAL_ID';
    return fields.includes('registrationNo') ? 'REGISTRATION_NO' : 'TITLE';
  },

  assertMay(_db, organisation) {
    assertLists(organisation);
    return Promise.resolve();
  },

  async begin(app, run, columnOf) {
    const institution = await app.dataSource.manager.findOneByOrFail(Organisation, { id: run.institutionId });
    const settings = {
      institution,
      columnOf,
      register: run.register,
      retitledLines: new Set(run.retitledLines),
      accountId: run.createdById,
      codes: await codeLists(app.dataSource),
      hooks: app.achievementHooks,
      at: app.clock(),
    };
    return (tx, rows, before, dryRun) =>
      applyBatch(tx, { ...settings, dryRun }, rows as ReadonlyArray<KeyedRow<RowPatch, AchievementKeys>>, before);
  },

  conflictOf(constraint) {
    if (constraint === 'achievement_registration_no_key')
      return { field: 'registrationNo', ...coded('REGISTRATION_NO_TAKEN.other') };
    if (constraint === 'achievement_institution_id_external_id_key')
      return { field: 'externalId', ...coded('EXTERNAL_ID_TAKEN.achievement') };
    return null;
  },
};
