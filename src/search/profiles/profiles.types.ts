import { Arg, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { Demand } from '../../demands/demand.entity.js';
import { InvestorProfile } from '../../investors/investor.entity.js';
import { PageInfo } from '../../graphql/pagination.js';
import { TalentProfile } from '../../talent/talent.entity.js';
import type { FieldHighlight } from '../query/search.request.js';
import type { FacetValues } from '../query/search.facet-values.js';
import { SearchFacetBase, SearchHighlight } from '../query/search.types.js';
import { DemandFacetName, InvestorFacetName, TalentFacetName } from './profiles.facets.js';

/** Result of a search of profiles, in the form of a GraphQL connection. */
export interface FoundProfiles<T> {
  edges: Array<{ cursor: string; node: T; highlights: FieldHighlight[] }>;
  pageInfo: PageInfo;
  totalCount: number;
  degraded: boolean;
  facetsByName: Map<string, FacetValues>;
}

/**
 * Creates the GraphQL types for the search of one kind of profile: `XSearchConnection` with its edges and facets. Must
 * be called once per kind, when the module is loaded.
 */
function searchTypes<T extends object, Name extends string>(
  name: string,
  Item: () => ClassType<T>,
  FacetName: Record<Name, Name>,
): { Connection: ClassType<FoundProfiles<T>>; facetNames: readonly Name[] } {
  const facetNames = Object.keys(FacetName) as Name[];

  @ObjectType(`${name}SearchFacet`, { description: `A way to narrow a search of ${name} entries, with its values.` })
  class Facet extends SearchFacetBase {
    @Field(() => FacetName, { description: 'By what.' })
    name: Name;
  }

  @ObjectType(`${name}SearchEdge`, { description: `One found ${name}.` })
  class Edge {
    @Field(() => String, { description: 'Opaque position, for `after` of the same search.' })
    cursor: string;

    @Field(Item as () => ClassType, { description: `The ${name}.` })
    node: T;

    @Field(() => [SearchHighlight], {
      description:
        'Where the text was found in it, fields named as for results: title is its name or headline, summary its thesis, biography or description, keywords its skills, applications its evidence or targets; empty without a text.',
    })
    highlights: SearchHighlight[];
  }

  @ObjectType(`${name}SearchConnection`, {
    description: `A page of a search of ${name} entries: what is public and proposable. Positions are offsets: while entries change between two pages, one may repeat or be missed.`,
  })
  class SearchConnection implements FoundProfiles<T> {
    facetsByName: Map<string, FacetValues>;

    @Field(() => [Edge], { description: 'The entries of the page.' })
    edges: Edge[];

    @Field(() => PageInfo, { description: 'Where this page stands.' })
    pageInfo: PageInfo;

    @Field(() => Int, { description: 'How many entries match in all; exact.' })
    totalCount: number;

    @Field(() => Boolean, {
      description:
        'True while the search engine is away and the database answers by a simpler rule: every term must occur as it is, without typo tolerance.',
    })
    degraded: boolean;

    @Field(() => [Item() as ClassType], { description: 'The entries of the page, without cursors.' })
    get nodes(): T[] {
      return this.edges.map((edge) => edge.node);
    }

    @Field(() => [Facet], {
      description:
        'Facets of the search; counted only when asked for. Selecting in one leaves its own values’ counts as they are.',
    })
    facets(
      @Arg('names', () => [FacetName], { nullable: true, description: 'Which ones; all by default.' })
      names?: Name[] | null,
    ): Facet[] {
      return (names ?? facetNames).flatMap((each) => {
        const found = this.facetsByName.get(each);
        return found ? [Object.assign(new Facet(), { name: each, found })] : [];
      });
    }
  }
  return { Connection: SearchConnection as ClassType<FoundProfiles<T>>, facetNames };
}

export const InvestorSearch = searchTypes('Investor', () => InvestorProfile, InvestorFacetName);
export const TalentSearch = searchTypes('Talent', () => TalentProfile, TalentFacetName);
export const DemandSearch = searchTypes('Demand', () => Demand, DemandFacetName);
