import { platformRights, type RightsTable } from './authz.js';
import type { RegisterDownloads } from './downloads.js';
import type { Task, TaskRegistry } from './jobs.js';
import type { NodeReader } from './node.readers.js';
import type { PersonalData } from './personal-data.js';

/** A class, as TypeORM and type-graphql list them. */
export type Class = abstract new (...args: never[]) => object;

/** A tab of the API explorer: one operation, and what it shows. */
export interface ExampleTab {
  /** Name of the operation in the file of examples. */
  readonly operation: string;
  readonly title: string;
  /** True where the operation, or its useful part, needs a logged-in account. */
  readonly needsLogin?: boolean;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Example operations of a domain, in the order of their tabs. */
export interface Examples {
  /** The `.graphql` file with the operations; read when the server starts. */
  readonly file: URL;
  readonly tabs: readonly ExampleTab[];
}

/**
 * Everything that one domain adds to the platform. Every member is optional. `src/modules.ts` lists the modules; the
 * program contains only what is reachable from that list.
 */
export interface Module {
  /** The name of the domain's folder. */
  readonly name: string;
  /** Classes of the domain's tables. */
  readonly entities?: readonly Class[];
  /** Resolver classes, with the GraphQL types and fields that they bring. */
  readonly resolvers?: readonly Class[];
  /** How `node(id)` reads each GraphQL type of the domain that implements Node, by the type's name. */
  readonly nodeReaders?: Readonly<Record<string, NodeReader>>;
  /** Background tasks, by the name under which jobs are added. */
  readonly tasks?: Readonly<Record<string, Task>>;
  /** Tasks that are started by the clock: cron pattern in UTC. */
  readonly cron?: TaskRegistry['cron'];
  /** The domain's personal data: how to export and to erase it. */
  readonly personalData?: readonly PersonalData[];
  /** Registers the domain's file downloads (HTTP routes). */
  readonly downloads?: readonly RegisterDownloads[];
  /** The domain's actions: the rule of each and the sentence of its refusal. */
  readonly rights?: Partial<RightsTable>;
  /** Example operations that the API explorer shows for the domain. */
  readonly examples?: Examples;
}

/** The members of all modules combined, in the order of the modules. */
export interface Composition {
  readonly entities: readonly Class[];
  readonly resolvers: readonly Class[];
  readonly nodeReaders: Readonly<Record<string, NodeReader>>;
  readonly taskRegistry: TaskRegistry;
  readonly personalData: readonly PersonalData[];
  readonly downloads: readonly RegisterDownloads[];
  /** The one table that `can` and `authorize` read. */
  readonly rights: RightsTable;
  readonly examples: readonly Examples[];
}

declare module './context.js' {
  interface App {
    /** What the domains bring, composed once in `src/modules.ts`. */
    readonly modules: Composition;
  }
}

/** Combines the modules. Two modules that use the same name are a programming error: the program does not start. */
export function compose(modules: readonly Module[]): Composition {
  return {
    entities: modules.flatMap((module) => module.entities ?? []),
    resolvers: modules.flatMap((module) => module.resolvers ?? []),
    nodeReaders: merged(modules, 'node reader', (module) => module.nodeReaders),
    taskRegistry: {
      tasks: merged(modules, 'task', (module) => module.tasks),
      cron: modules.flatMap((module) => module.cron ?? []),
    },
    personalData: modules.flatMap((module) => module.personalData ?? []),
    downloads: modules.flatMap((module) => module.downloads ?? []),
    examples: modules.flatMap((module) => module.examples ?? []),
    rights: merged(
      [{ name: 'kernel', rights: platformRights }, ...modules],
      'right',
      (module) => module.rights,
    ) as RightsTable,
  };
}

function merged<T>(
  modules: readonly Module[],
  what: string,
  of: (module: Module) => Readonly<Record<string, T>> | undefined,
): Record<string, T> {
  // Without a prototype, so that a name such as `constructor` finds nothing.
  const all = Object.create(null) as Record<string, T>;
  for (const module of modules) {
    for (const [name, value] of Object.entries(of(module) ?? {})) {
      if (name in all) throw new TypeError(`the module ${module.name} brings a second ${what} named ${name}`);
      all[name] = value;
    }
  }
  return all;
}
