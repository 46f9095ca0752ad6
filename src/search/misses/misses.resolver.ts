import { Args, ArgsType, Ctx, Field, Int, Query, Resolver } from 'type-graphql';
import type { Context } from '../../kernel/context.js';
import { DEFAULT_PAGE, MAX_PAGE, type Page } from '../../graphql/pagination.js';
import { listSearchMisses, type SearchMissArgs } from './misses.service.js';
import { SearchMissConnection, SearchMissKind, type SearchMiss } from './misses.types.js';

@ArgsType()
class SearchMissesArgs implements SearchMissArgs {
  @Field(() => SearchMissKind, { description: 'Searches without a result, or those abandoned.' })
  kind: SearchMissKind;

  @Field(() => String, {
    nullable: true,
    description: 'First month, such as 2027-01; by default the eleventh before `to`.',
  })
  from?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Last month, such as 2027-12; by default the current one. Months are those of China.',
  })
  to?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Section of GB/T 4754 that searches were narrowed to, A to T; without it, every search counts, by section.',
  })
  industry?: string | null;

  @Field(() => Int, { nullable: true, description: `Texts per page, 1 to ${MAX_PAGE}; ${DEFAULT_PAGE} by default.` })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'The `endCursor` of the page before.' })
  after?: string | null;
}

@Resolver()
export class SearchMissResolver {
  @Query(() => SearchMissConnection, {
    description:
      'Texts that were searched for without success, the most frequent first: topics for which results are wanted. Counts by text, industry section and month of the last 36 months, without the searching parties. Only texts that at least three different accounts or networks searched for in the requested period. For operators.',
  })
  searchMisses(@Ctx() ctx: Context, @Args(() => SearchMissesArgs) args: SearchMissesArgs): Promise<Page<SearchMiss>> {
    return listSearchMisses(ctx, args);
  }
}
