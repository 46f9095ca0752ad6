/**
 * Stop words: English words that say nothing of a text's subject, such as function words and phrases common in
 * abstracts.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about above across after again against all almost along already also although always am among an and another any are as at be became because been before being ' +
    'below between both but by can cannot could did do does doing done down due during each either else even ever every few for from further had has have having he her here hers ' +
    'herself him himself his how however i if in into is it its itself just least less let like made make makes many may me might mine more moreover most much must my myself neither ' +
    'no nor not now of off often on once one only onto or other others our ours ourselves out over own per rather same several shall she should since so some still such than that the their ' +
    'theirs them themselves then there thereby therefore these they this those though through thus to together too toward towards two under until up upon us use used uses using very via was we were ' +
    'what when where whereas whether which while who whom whose why will with within without would yet you your yours yourself yourselves et al etc eg ie ' +
    'abstract paper propose proposed proposes present presents presented show shows shown study studies work introduce introduces introduced'
  ).split(' '),
);
