import { readdir, readFile } from 'node:fs/promises';
import ts from 'typescript';

/** Parts of the sources without sentences for people: programs for developers, and descriptions for the schema. */
const FOR_DEVELOPERS =
  /^(bench|cli|sample|embedded|graphql)\/|\.examples\.ts$|price-table\.ts$|mail-pages(\.script)?\.ts$/;

/**
 * Every text with a space in the sources, that is, sentences and their parts, without descriptions in decorators,
 * descriptions of vocabularies and GraphQL or SQL text. A value within a template is shown as `…`.
 */
export async function sentencesInSources(): Promise<Array<{ file: string; text: string }>> {
  const files = (await readdir('src', { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !FOR_DEVELOPERS.test(name),
  );
  const found: Array<{ file: string; text: string }> = [];
  for (const file of files) {
    const source = ts.createSourceFile(file, await readFile(`src/${file}`, 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isDecorator(node) || ts.isImportDeclaration(node)) return;
      if (ts.isPropertyAssignment(node) && ['description', 'operation', 'title'].includes(node.name.getText())) return;
      if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) add(node.text);
      else if (ts.isTemplateExpression(node)) {
        add(node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join(''));
        node.templateSpans.forEach((span) => visit(span.expression));
      } else ts.forEachChild(node, visit);
    };
    const add = (text: string) => {
      if (/ /.test(text.trim()) && !/\b(SELECT|UPDATE|INSERT|DELETE|FROM|mutation|query)\b/.test(text))
        found.push({ file, text });
    };
    visit(source);
  }
  return found;
}

/** Names in a text that only programs use: mutations, UUIDs and global ids. Links are left out. */
export function namesForPrograms(text: string, mutations: readonly string[]): string[] {
  const plain = text.replaceAll(/https?:\S+|token: \S+/g, '');
  const words = new Set(plain.match(/[A-Za-z][A-Za-z0-9]*/g) ?? []);
  const named = mutations.filter((name) => /[A-Z]/.test(name) && words.has(name));
  const ids = plain.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi) ?? [];
  const globalIds = (plain.match(/[A-Za-z0-9_-]{24,}/g) ?? []).filter((word) =>
    /^[A-Z][A-Za-z]+:[\w-]+$/.test(Buffer.from(word, 'base64url').toString('utf8')),
  );
  return [...named, ...ids, ...globalIds];
}
