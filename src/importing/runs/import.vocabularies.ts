import { vocabulary } from '../../taxonomy/vocabulary.js';

export const ImportTargetCode = vocabulary('ImportTarget', 'What a file is imported into.', {
  ACHIEVEMENTS: ['科技成果', 'achievements of an institution'],
  TRACK_RECORDS: ['投资记录', 'past investments of an investor'],
});
export type ImportTargetCode = keyof typeof ImportTargetCode;

export const ImportMode = vocabulary('ImportMode', 'What a rejected row means for the others.', {
  ROW_BY_ROW: ['逐行', 'sound rows are taken, rejected ones are reported'],
  ALL_OR_NOTHING: ['整批', 'one rejected row, and nothing is written'],
});
export type ImportMode = keyof typeof ImportMode;

export const ImportRegister = vocabulary('ImportRegister', 'Whether an import registers results.', {
  NEVER: ['不登记', 'new results stay drafts'],
  WHEN_COMPLETE: [
    '完整即登记',
    'what is complete is registered when the institution is verified; the report says what the rest lacks',
  ],
  REQUIRED: ['必须登记', 'a row that cannot be registered is rejected'],
});
export type ImportRegister = keyof typeof ImportRegister;

export const ImportStatus = vocabulary('ImportStatus', 'Where an import stands.', {
  QUEUED: ['排队中', 'waits for its turn'],
  RUNNING: ['进行中', 'under way'],
  COMPLETED: ['已完成', 'ended; see the counts and the report'],
  ROLLED_BACK: ['已回滚', 'all or nothing: rows were rejected, so nothing was written'],
  REFUSED: ['已拒收', 'the file as a whole was refused; nothing was written'],
  CANCELLED: ['已取消', 'stopped by someone; row by row, what was written stands'],
  INTERRUPTED: ['已中断', 'the process ended in its middle; run it again, rows that were taken will be unchanged'],
  FAILED: ['失败', 'something went wrong on our side and was logged; run it again later'],
});
export type ImportStatus = keyof typeof ImportStatus;

export const MappingSource = vocabulary('MappingSource', 'Where the mapping of an import came from.', {
  GIVEN: ['指定', 'sent with the import, or named in it'],
  SAVED: ['已保存', 'a saved mapping whose headers the file has'],
  SUGGESTED: ['自动识别', 'taken from the headers'],
});
export type MappingSource = keyof typeof MappingSource;

export const ImportKey = vocabulary(
  'ImportKey',
  'By what the rows of an import are found again; where a row lacks it, the next one counts.',
  {
    ID: ['平台编号', 'the platform’s own id, as exports show it'],
    EXTERNAL_ID: ['机构内部编号', 'the institution’s own key'],
    REGISTRATION_NO: ['登记号', 'the registration number'],
    TITLE: ['成果名称', 'a hash of the title: a changed title makes a new result'],
    COMPANY_AND_DATE: ['被投企业、日期与轮次', 'company, day and round of a past investment'],
  },
);
export type ImportKey = keyof typeof ImportKey;

export const ReportSeverity = vocabulary('ReportSeverity', 'What a report row means.', {
  ERROR: ['错误', 'the row was rejected'],
  INFO: ['提示', 'the row was taken; this is worth knowing'],
});
export type ReportSeverity = keyof typeof ReportSeverity;
