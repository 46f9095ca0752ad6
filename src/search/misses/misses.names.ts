import { normalised } from '../../lib/text.js';

/**
 * Names of persons in search texts. A text that is not found is stored for operators, and a client that searches for a
 * person must not leave that person's name there. Texts with a name that the database knows (an inventor's or an
 * account's) are dropped when counts are written; the rules here remove words that are built like a name. In doubt,
 * they remove a word.
 */

/** Surnames that begin few words of science and technology. */
const SURNAMES =
  '王李张刘陈赵吴周徐孙朱胡郭罗郑梁谢宋唐邓冯韩曹曾彭萧肖蔡潘董袁蒋杜苏魏吕任沈姚卢姜崔谭陆汪范廖韦贾夏付邹孟秦邱侯尹薛闫段黎史贺郝顾邵赖武严莫殷施倪聂覃俞尤翟樊颜晏岳霍柯庞邢詹柴欧辛鲁阮滕祁裴佟谷瞿冉蔺窦鞠芦耿涂卞栾仇';
/** Surnames that are also common first characters of technical words (高镍, 单晶, 金矿): the given name decides. */
const AMBIGUOUS =
  '高余单连温常程金游汤路何荆石水白黄方于万全安时成曲车应管向左毛马江雷龙葛花米麦牛鱼熊梅柳杨林叶古易明强申许康关平干解甘铁钟宁师卫华冷储焦房经包丁孔田陶凌盛景苗尚洪鲍项';
const COMPOUND = [
  '欧阳',
  '诸葛',
  '司马',
  '上官',
  '司徒',
  '东方',
  '皇甫',
  '尉迟',
  '公孙',
  '慕容',
  '令狐',
  '夏侯',
  '宇文',
  '长孙',
  '端木',
];
/** Characters of which given names are mostly made. */
const GIVEN = new Set(
  '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文红玉兰萍鹏飞辉玲斌浩宇轩梓涵欣怡佳琪雪梅春芬淑珍珠琴晨阳子晓小志俊峰海燕云龙林波健鑫凯旭东永庆祥福生荣德忠义仁礼智信诚彬宁瑞雅婷婉倩颖洁慧美丹凤莉莹琳玥悦妍嘉思睿博雨泽晗昊天宏亮光成才贵富根长新民胜利学良朝辰翔雷帆航逸皓锦程佑锋钢武松柏立家兴金',
);
/** Titles that follow or precede a name. */
const TITLES = '教授|院士|博士|老师|先生|女士|研究员|工程师|主任|院长|校长|所长|经理|董事长|总裁|同学|医生|大夫';

const TITLED = new RegExp(`\\p{Script=Han}{1,4}?(?:副)?(?:${TITLES})(?:的|团队|课题组)?`, 'gu');
const TITLED_LATIN = /\b(?:dr|prof|professor|mr|mrs|ms|sir)\b\.? +[\p{L}'’-]+(?: +[\p{L}'’-]+)?/gu;

/**
 * Pinyin of frequent surnames; two neighbouring words count as a name if one is such a surname and the other is pinyin.
 */
const PINYIN_SURNAMES = new Set(
  'wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu dong xiao cheng cao yuan deng fu shen zeng peng lv su lu jiang cai jia ding wei xue ye yan pan du dai xia zhong tian ren fan fang shi yao tan liao zou xiong jin hao kong bai cui kang mao qiu qin gu hou shao meng long wan duan qian yin chang'.split(
    ' ',
  ),
);
const PINYIN =
  /^(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uan|uai|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ui|uo|ue|ve|er|a|o|e|i|u|v)){1,2}$/;

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** Whether a run of Chinese characters is built like a person's name: a surname that stands alone, and a given name. */
function isChineseName(run: string): boolean {
  const characters = [...run];
  const compound = COMPOUND.find((surname) => run.startsWith(surname));
  if (compound !== undefined) return characters.length === 3 || characters.length === 4;
  if (characters.length < 2 || characters.length > 3) return false;
  const [surname, ...given] = characters as [string, ...string[]];
  if (!SURNAMES.includes(surname) && !AMBIGUOUS.includes(surname)) return false;
  const inNames = given.every((character) => GIVEN.has(character));
  // If the dictionary's first word is longer than the surname (石墨, 金刚), the run is an ordinary word and not a name.
  const [first] = segmenter.segment(run);
  const standsAlone = first?.segment === surname;
  return standsAlone && (inNames || SURNAMES.includes(surname));
}

/** The text without words that are built like names of persons. */
export function withoutNames(text: string): string {
  const plain = text.replace(TITLED, ' ').replace(TITLED_LATIN, ' ');
  const words = plain.split(' ').filter((word) => word !== '');
  return words
    .map((word, i) => {
      if (isWrittenName(word) || isSpacedName(words[i - 1], word) || isSpacedName(word, words[i + 1])) return '';
      if (isPinyinPair(words[i - 1], word) || isPinyinPair(word, words[i + 1])) return '';
      return withoutOwner(word);
    })
    .filter((word) => word !== '')
    .join(' ');
}

/** Whether a word is built like a name, also with separators inside: 李明, 李-明, 约翰·史密斯, 老王, zhang.wei. */
function isWrittenName(word: string): boolean {
  const parts = word.split(/[-._]/);
  const run = parts.join('');
  if (parts.length === 2 && isPinyinPair(parts[0], parts[1])) return true;
  if (!/^[\p{Script=Han}·]+$/u.test(run)) return false;
  return isChineseName(run) || run.includes('·') || isFamiliarName(run);
}

/** Whether a run is a familiar form of address: 老, 小 or 阿 and a surname. */
function isFamiliarName(run: string): boolean {
  const [first, surname, ...more] = [...run];
  return more.length === 0 && surname !== undefined && '老小阿'.includes(first!) && SURNAMES.includes(surname);
}

/** Whether two neighbouring words are a surname and a given name that were written apart: 李 明. */
function isSpacedName(surname: string | undefined, given: string | undefined): boolean {
  if (surname === undefined || given === undefined || surname.length !== 1 || !SURNAMES.includes(surname)) return false;
  return /^\p{Script=Han}{1,2}$/u.test(given) && isChineseName(surname + given);
}

/** The word without a name that stands before its first 的: 铜箔 for 李明的铜箔. */
function withoutOwner(word: string): string {
  const at = word.indexOf('的');
  return at > 0 && isWrittenName(word.slice(0, at)) ? word.slice(at + 1) : word;
}

function isPinyinPair(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const [left, right] = [withoutTones(a), withoutTones(b)];
  if (!/^[a-z]+$/.test(left) || !/^[a-z]+$/.test(right)) return false;
  return (PINYIN_SURNAMES.has(left) && PINYIN.test(right)) || (PINYIN_SURNAMES.has(right) && PINYIN.test(left));
}

/** A word of pinyin without tone marks and separators: zhang for zhāng. */
const withoutTones = (word: string): string =>
  normalised(word, 'NFD')
    .replace(/u\u0308/g, 'v')
    .replace(/[\u0300-\u036f\-,.]/g, '');

/**
 * Maximum number of consecutive words that are compared with known names: 约翰·史密斯 is one word, John Fitzgerald Smith
 * three.
 */
const MAX_NAME_WORDS = 3;

/**
 * Parts of a text that may be a known name: the whole text, and up to MAX_NAME_WORDS consecutive words. They have the
 * form in which names are compared: no spaces, lower case.
 */
export function nameCandidates(text: string): string[] {
  const words = text.split(' ');
  const candidates = new Set([text.replaceAll(' ', '')]);
  for (let count = 1; count <= MAX_NAME_WORDS; count += 1)
    for (let i = 0; i + count <= words.length; i += 1) candidates.add(words.slice(i, i + count).join(''));
  // A word of one character is no name.
  return [...candidates].filter((candidate) => [...candidate].length > 1);
}
