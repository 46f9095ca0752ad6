import { vocabulary } from '../taxonomy/vocabulary.js';

export const MentionKind = vocabulary('MentionKind', 'In which way one party names another.', {
  BACKER: ['已投资方', 'a lister names an organisation as having put money into a result'],
  CO_INVESTOR: ['共同投资方', 'an investor names an organisation as having invested together with it'],
  INVENTOR: ['完成人', 'a lister names a talent, by the ORCID iD, as an inventor'],
  EMPLOYER: ['所在单位', 'a talent names an organisation as the place where the person works'],
  EVIDENCE: ['业绩成果', 'a talent names an institution’s result as evidence of the person’s work'],
});
export type MentionKind = keyof typeof MentionKind;

export const MentionStatus = vocabulary('MentionStatus', 'Whether the named party agrees to be named.', {
  PENDING: ['待确认', 'not answered yet: shown to the two parties and operators alone, and not used'],
  CONFIRMED: ['已确认', 'confirmed: shown, linked and used'],
  DENIED: ['已否认', 'denied, or taken back: shown to the two parties and operators alone, and not used'],
});
export type MentionStatus = keyof typeof MentionStatus;
