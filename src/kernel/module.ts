import { platformRights, type RightsTable } from './authz.js';
import type { ClosingStep } from './closing.js';
import type { RegisterDownloads } from './downloads.js';
import type { Task, TaskRegistry } from './jobs.js';
import { PRUNE_JOBS_TASK, pruneJobs } from './jobs/pruning.js';
import { SWEEP_TASK, sweepAll, type Sweep } from './jobs/sweep.js';
import type { MailEvent, MailPage } from './mail.js';
import type { NodeReader } from './node.readers.js';
import type { PersonalData } from './personal-data.js';

/** Type of a class, for the lists of entity classes (TypeORM) and resolver classes (type-graphql). */
export type Class = abstract new (...args: never[]) => object;

/** A tab of the API explorer: the GraphQL operation that it contains, and a title that says what it shows. */
export interface ExampleTab {
  /** Name of the GraphQL operation in the domain's `.graphql` file of examples. */
  readonly operation: string;
  readonly title: string;
  /** True where the operation, or the useful part of its answer, needs a logged-in account. */
  readonly needsLogin?: boolean;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** The example operations of a domain for the API explorer, in the order of their tabs. */
export interface Examples {
  /** The `.graphql` file that holds the operations; read when the server starts. */
  readonly file: URL;
  readonly tabs: readonly ExampleTab[];
}

/**
 * Descriptor of a domain: everything that the domain adds to the platform. `src/modules.ts` lists the descriptors; a
 * domain that is not in that list is not part of the program.
 */
export interface Module {
  /** The name of the domain's folder. */
  readonly name: string;
  /** Classes of the domain's tables. */
  readonly entities?: readonly Class[];
  /** Resolver classes of the domain; the GraphQL types and fields that they use join the schema with them. */
  readonly resolvers?: readonly Class[];
  /**
   * The functions by which `node(id)` reads an object, by the name of each GraphQL type of the domain that implements
   * Node.
   */
  readonly nodeReaders?: Readonly<Record<string, NodeReader>>;
  /** Functions that run background jobs, by the task name under which jobs are added. */
  readonly tasks?: Readonly<Record<string, Task>>;
  /**
   * Tasks that are started at fixed times, each with its cron pattern in the deployment's zone (China unless
   * configured).
   */
  readonly cron?: TaskRegistry['cron'];
  /**
   * For each task that is not started by the clock, how the state that waits for its jobs is found again when they are
   * lost.
   */
  readonly sweeps?: readonly Sweep[];
  /** The personal data that the domain stores, with the functions that export and erase it. */
  readonly personalData?: readonly PersonalData[];
  /** The domain's step when an organisation is closed. */
  readonly closing?: readonly ClosingStep[];
  /** The events of the domain about which persons get mails. */
  readonly mails?: ReadonlyArray<MailEvent<never>>;
  /** Pages behind the links of the domain's mails. */
  readonly mailPages?: readonly MailPage[];
  /** Functions that register the HTTP routes of the domain's file downloads. */
  readonly downloads?: readonly RegisterDownloads[];
  /** The rules of the domain's actions, each with the sentence of the error when a viewer lacks the right. */
  readonly rights?: Partial<RightsTable>;
  /** Example GraphQL operations that the API explorer shows for the domain. */
  readonly examples?: Examples;
}

/** The combined contents of all module descriptors, in the order of the modules. */
export interface Composition {
  readonly entities: readonly Class[];
  readonly resolvers: readonly Class[];
  readonly nodeReaders: Readonly<Record<string, NodeReader>>;
  readonly taskRegistry: TaskRegistry;
  readonly sweeps: readonly Sweep[];
  readonly personalData: readonly PersonalData[];
  /** The steps of all domains when an organisation is closed, lower layers first. */
  readonly closing: readonly ClosingStep[];
  /** The events of all domains about which persons get mails, by name. */
  readonly mails: Readonly<Record<string, MailEvent<never>>>;
  readonly mailPages: readonly MailPage[];
  readonly downloads: readonly RegisterDownloads[];
  /** The rules of all domains' actions; `can` and `authorize` look up rights in this table. */
  readonly rights: RightsTable;
  readonly examples: readonly Examples[];
}

declare module './context.js' {
  interface App {
    /** The combined descriptors of all domains, composed once in `src/modules.ts`. */
    readonly modules: Composition;
  }
}

/** What the kernel itself adds to the platform. */
const kernel: Module = {
  name: 'kernel',
  rights: platformRights,
  tasks: { [SWEEP_TASK]: sweepAll, [PRUNE_JOBS_TASK]: pruneJobs },
  cron: [
    { task: SWEEP_TASK, match: '* * * * *', key: SWEEP_TASK },
    { task: PRUNE_JOBS_TASK, match: '15 3 * * *' },
  ],
};

/**
 * Combines module descriptors. If two modules use the same name for a node reader, task, mail or right, it throws, so
 * that the program does not start.
 */
export function compose(modules: readonly Module[]): Composition {
  return {
    entities: modules.flatMap((module) => module.entities ?? []),
    resolvers: modules.flatMap((module) => module.resolvers ?? []),
    nodeReaders: merged(modules, 'node reader', (module) => module.nodeReaders),
    taskRegistry: {
      tasks: merged([kernel, ...modules], 'task', (module) => module.tasks),
      cron: [kernel, ...modules].flatMap((module) => module.cron ?? []),
    },
    sweeps: modules.flatMap((module) => module.sweeps ?? []),
    personalData: modules.flatMap((module) => module.personalData ?? []),
    closing: modules.flatMap((module) => module.closing ?? []),
    mails: merged(modules, 'mail', (module) =>
      Object.fromEntries((module.mails ?? []).map((mail) => [mail.name, mail])),
    ),
    mailPages: modules.flatMap((module) => module.mailPages ?? []),
    downloads: modules.flatMap((module) => module.downloads ?? []),
    examples: modules.flatMap((module) => module.examples ?? []),
    rights: merged([kernel, ...modules], 'right', (module) => module.rights) as RightsTable,
  };
}

function merged<T>(
  modules: readonly Module[],
  what: string,
  of: (module: Module) => Readonly<Record<string, T>> | undefined,
): Record<string, T> {
  // The object has no prototype, so that looking up a name such as `constructor` finds nothing.
  const all = Object.create(null) as Record<string, T>;
  for (const module of modules) {
    for (const [name, value] of Object.entries(of(module) ?? {})) {
      if (name in all) throw new TypeError(`the module ${module.name} brings a second ${what} named ${name}`);
      all[name] = value;
    }
  }
  return all;
}
