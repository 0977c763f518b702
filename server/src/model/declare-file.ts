/** The top level of one file: its blocks declared, its includes, and what stands there and should not. */
import { KINDS, kindOf } from '../schema/index.ts';
import type { Include, Span, Tree } from '../syntax/tree.ts';
import { declare } from './declare.ts';
import { checkPlace } from './declare-place.ts';
import type { Declared } from './declared.ts';
import type { ModelProblem, ModelRule } from './problem.ts';
import { either } from './value-text.ts';

export interface DeclaredFile {
  /** In file order. */
  readonly items: readonly FileItem[];
  /** Of blocks as to their standing at the top level. */
  readonly placing: readonly ModelProblem[];
  /** Of what is no block. Spans are absolute. */
  readonly problems: readonly LooseProblem[];
}

export type FileItem =
  | { readonly decl: Declared }
  /** `span` is absolute, of the path. */
  | { readonly include: Include; readonly span: Span };

export interface LooseProblem {
  readonly rule: ModelRule;
  readonly span: Span;
  readonly message: string;
  readonly replacement?: string;
}

const remembered = new WeakMap<Tree, DeclaredFile>();

/** What a file declares. The same tree always gives the same value. */
export function declareFile(tree: Tree): DeclaredFile {
  const known = remembered.get(tree);
  if (known !== undefined) return known;
  const declared = read(tree);
  remembered.set(tree, declared);
  return declared;
}

function read(tree: Tree): DeclaredFile {
  const items: FileItem[] = [];
  const placing: ModelProblem[] = [];
  const problems: LooseProblem[] = [];
  const { statements, starts } = tree.root;
  for (const [i, statement] of statements.entries()) {
    const start = starts[i] ?? 0;
    switch (statement.node) {
      case 'block': {
        const decl = declare(statement);
        items.push({ decl });
        checkPlace(decl, undefined, placing);
        break;
      }
      case 'include': {
        const { from, to } = statement.path.span;
        items.push({ include: statement, span: { from: start + from, to: start + to } });
        break;
      }
      case 'property': {
        const { span, text } = statement.key;
        problems.push(looseProperty(text, { from: start + span.from, to: start + span.to }));
        break;
      }
      default:
        // The parser has said what is wrong with tokens that make no statement.
        break;
    }
  }
  return { items, placing, problems };
}

function looseProperty(key: string, span: Span): LooseProblem {
  const owners = KINDS.filter((kind) => kind.properties.some((property) => property.key === key)).map(
    ({ word }) => word,
  );
  const where =
    kindOf(key) !== undefined
      ? `${key} is a block, without =`
      : owners.length === 0
        ? 'only blocks and includes stand here'
        : `it belongs in ${either(owners)}`;
  return { rule: 'unknown-property', span, message: `Property ${key} has no effect outside of a block; ${where}` };
}
