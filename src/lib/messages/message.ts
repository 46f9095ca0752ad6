/** Languages of the catalogue of messages; the same codes as the `Locale` of the API. */
export type Language = 'ZH' | 'EN';

/** A text that is known in both languages, such as the label of a code; English is used where Chinese is missing. */
export interface BothLanguages {
  readonly zh?: string;
  readonly en?: string;
}

/**
 * A sentence for people, kept as the key of a catalogue's entry and its parameters, and put into words only when it is
 * shown, in the reader's language. It is plain JSON, so that it can be stored.
 */
export interface Message {
  readonly key: string;
  readonly params?: Readonly<Record<string, MessageParam>>;
}

/** A parameter that is a text: the same in each language, known in both, or a message of its own. */
export type MessageText = string | BothLanguages | Message;
/** A parameter of a message; a list is joined by the rules of the language. */
export type MessageParam = number | MessageText | readonly MessageText[];

/** One entry of a catalogue: the same sentence in Chinese and in English, each in ICU message syntax. */
export interface CatalogueEntry {
  readonly zh: string;
  readonly en: string;
}
/**
 * Entries by key. A key begins with the stable code that clients see; a point and a word follow where one code has
 * several sentences (`TOO_LONG.cell`). A key that begins with a lower-case letter is a part of other sentences.
 */
export type Catalogue = Readonly<Record<string, CatalogueEntry>>;

type Name<Argument extends string> = Argument extends `${infer First},${string}` ? First : Argument;
type Valid<Text extends string> = Text extends '' | `${string} ${string}` | `#${string}` | `"${string}` ? never : Text;
/** Names of the arguments of an ICU message. */
type Arguments<Text extends string> = Text extends `${string}{${infer Inside}}${infer Rest}`
  ? Valid<Name<Inside>> | Arguments<Rest>
  : never;

/** The parameters of an entry, derived from its English sentence. */
export type ParamsOf<Entry extends CatalogueEntry> = { readonly [Param in Arguments<Entry['en']>]: MessageParam };
/** The arguments after the key: the parameters, or nothing where the sentence has none. */
export type ParamArguments<Entry extends CatalogueEntry> =
  Arguments<Entry['en']> extends never ? [] : [params: ParamsOf<Entry>];

/** The stable code with which a key begins. */
export function codeOf(key: string): string {
  const end = key.indexOf('.');
  return end === -1 ? key : key.slice(0, end);
}

/** Returns the function that makes messages of one catalogue; keys and parameters are checked by the compiler. */
export function messagesOf<C extends Catalogue>(
  _catalogue: C,
): <K extends keyof C & string>(key: K, ...params: ParamArguments<C[K]>) => Message {
  return (key, ...[params]) => (params === undefined ? { key } : { key, params });
}
