import { messagesOf } from './messages/message.js';

/** Sentences on dates and years that are no date, or implausible. */
export const dayMessages = {
  'BAD_DATE.iso': { zh: '请按 YYYY-MM-DD 填写日期。', en: 'a date as YYYY-MM-DD.' },
  'TOO_EARLY.earliest': { zh: '不得早于 {earliestDay}。', en: 'not before {earliestDay}.' },
  'FUTURE_DATE.today': {
    zh: '日期在未来；最晚为今天 {today}。',
    en: 'lies in the future; at the latest today, {today}.',
  },
  'TOO_LATE.latest': { zh: '最晚 {latest}。', en: 'at the latest {latest}.' },
  'TOO_LATE.latestDay': { zh: '最晚 {latest}。', en: 'at the latest {latest}.' },
  'OUT_OF_RANGE.year': { zh: '年份须在 {earliest} 至 {latest} 之间。', en: 'a year from {earliest} to {latest}.' },
  'BAD_DATE.moment': { zh: '请填写日期和时间。', en: 'a date and time.' },
  'IN_THE_PAST.moment': { zh: '必须是将来的时间。', en: 'a time to come.' },
} as const;

export const say = messagesOf(dayMessages);
