/** Pairs of a traditional character and its simplified form, of words in headers and labels of registration forms. */
const PAIRS =
  '編编號号稱称簡简類类別别術术業业屬属應应資资單单聯联絡络項项專专權权實实際际開开發发階阶區区產产額额萬万億亿圓圆幣币種种詳详細细現现優优勢势標标關关鍵键鑰钥題题領领場场圍围員员證证書书識识狀状態态轉转' +
  '讓让許许獨独佔占質质價价獎奖勵励從从無无備备註注級级師师學学體体驗验測测試试電电話话郵邮時时間间據据數数長长內内東东國国華华報报審审檢检課课組组織织機机構构約约範范準准設设計计製制裝装運运營营銷销總总' +
  '結结論论說说義义務务險险經经濟济費费預预購购買买賣卖贏赢財财稅税貸贷債债還还協协議议訂订簽签紀纪錄录檔档傳传輸输連连線线雲云軟软圖图畫画藝艺醫医藥药療疗護护養养農农礦矿鋼钢鐵铁銅铜鋁铝鎳镍鉬钼鎢钨銀银' +
  '錢钱鹽盐礎础環环節节淨净熱热燒烧爐炉煙烟塵尘氣气風风動动車车輛辆飛飞橋桥樑梁軌轨築筑牆墙磚砖絲丝網网紡纺紙纸膠胶輪轮齒齿軸轴壓压縮缩彈弹變变頻频調调儀仪錶表鐘钟鏡镜顯显燈灯視视聽听聲声訊讯碼码層层濾滤' +
  '離离濃浓純纯劑剂鈉钠鈣钙鎂镁鋰锂鈦钛錫锡鉛铅鋅锌廢废棄弃處处復复歸归擬拟後后負负責责陳陈張张劉刘趙赵楊杨黃黄吳吴馬马孫孙鄭郑謝谢羅罗賀贺龍龙龔龚參参與与為为個个條条點点過过這这們们來来對对將将會会進进' +
  '當当見见麼么麗丽亞亚倉仓創创勞劳匯汇廠厂廣广彙汇徑径徵征慣惯憑凭戰战擇择擔担擴扩攝摄斷断暫暂歐欧殘残殼壳滅灭灣湾獲获績绩緊紧緩缓縣县縱纵聖圣職职膚肤臨临艦舰蘇苏補补複复規规觀观訓训認认誤误請请諮咨譯译' +
  '豐丰貨货貿贸賽赛贊赞趨趋跡迹較较載载輕轻輔辅適适選选遲迟遺遗鄉乡醬酱釋释鋪铺錯错鍋锅鎖锁鑑鉴鑽钻門门閉闭閱阅陸陆陽阳隊队隨随難难靈灵靜静韓韩頁页順顺須须頒颁頭头顧顾飲饮餘余館馆驅驱驟骤魚鱼鮮鲜鳥鸟麥麦' +
  '黨党齊齐詞词畢毕滿满歲岁';

const SIMPLE = new Map<string, string>();
for (let i = 0; i < PAIRS.length; i += 2) SIMPLE.set(PAIRS[i]!, PAIRS[i + 1]!);
const TRADITIONAL = new RegExp(`[${[...SIMPLE.keys()].join('')}]`, 'g');

/** A header or label with the traditional characters of such words replaced by simplified ones: 應用技術 → 应用技术. */
export function simplified(text: string): string {
  return text.replace(TRADITIONAL, (character) => SIMPLE.get(character)!);
}
