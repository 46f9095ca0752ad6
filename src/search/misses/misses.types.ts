import { Ctx, Field, Int, ObjectType } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { connectionType } from '../../graphql/pagination.js';
import { Industry, industryByCode } from '../../taxonomy/taxonomy.entity.js';
import { vocabulary } from '../../taxonomy/vocabulary.js';

export const SearchMissKind = vocabulary('SearchMissKind', 'Why a search counts as unsuccessful.', {
  WITHOUT_RESULT: ['无结果', 'nothing matched; related entries are no results'],
  ABANDONED: [
    '被放弃',
    'something matched, and the same client opened none of it within ten minutes or before a clearly different search',
  ],
});
export type SearchMissKind = keyof typeof SearchMissKind;

@ObjectType({ description: 'Number of accounts and networks that searched for a text without success in one month.' })
export class SearchMissMonth {
  @Field(() => String, { description: 'The month in China, such as 2027-03.' })
  month: string;

  @Field(() => Int, {
    description:
      'Number of accounts, and of networks of clients without an account, that searched for the text without success.',
  })
  count: number;
}

@ObjectType({
  description:
    'A text that was searched for without success, in lower case and without what may lead to a person. The searching party is not stored.',
})
export class SearchMiss {
  section: string;

  @Field(() => String, { description: 'The text.' })
  text: string;

  @Field(() => Industry, {
    nullable: true,
    description: 'The section of GB/T 4754 that the searches were narrowed to; null where to none, or to several.',
  })
  industry(@Ctx() ctx: Context): Promise<Industry | null> | null {
    return this.section === '' ? null : ctx.load(industryByCode).load(this.section);
  }

  @Field(() => Int, {
    description: 'The same summed up over the months of the period; at least three different accounts or networks.',
  })
  count: number;

  @Field(() => [SearchMissMonth], {
    description: 'The same by month, oldest first; months without one are left out.',
  })
  months: SearchMissMonth[];
}

export const SearchMissConnection = connectionType('SearchMiss', () => SearchMiss);
