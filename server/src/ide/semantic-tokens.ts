/** Colours that need the schema: what a word is where it stands. Words that mean nothing there get none. */
import { deviceType } from '../catalogue/index.ts';
import { kindOf, propertyOf, wordsOf } from '../schema/index.ts';
import type { ValueType } from '../schema/types.ts';
import type { Block, Property, Span, Tree, Value } from '../syntax/tree.ts';
import { type Located, walk } from '../syntax/walk.ts';
import { absolute } from './cursor.ts';

export const TOKEN_TYPES = ['keyword', 'class', 'variable', 'type', 'property', 'enumMember'] as const;
export const TOKEN_MODIFIERS = ['declaration', 'defaultLibrary'] as const;

export interface SemanticToken {
  readonly span: Span;
  readonly type: (typeof TOKEN_TYPES)[number];
  readonly modifiers: readonly (typeof TOKEN_MODIFIERS)[number][];
}

/** The tokens of a file, or of those statements that touch `within`, in file order, not overlapping. */
export function semanticTokensOf(
  tree: Tree,
  within: Span = { from: 0, to: tree.text.length },
): readonly SemanticToken[] {
  const tokens: SemanticToken[] = [];
  walk(tree.root, 0, (placed, parents) => {
    const { node, start } = placed;
    if (start > within.to || start + node.width < within.from) return false;
    if (node.node === 'block') tokens.push(...ofHeader(node, placed));
    const parent = parents[parents.length - 1]?.node.kind.text;
    if (node.node === 'property' && parent !== undefined) tokens.push(...ofProperty(node, placed, parent));
    return true;
  });
  return tokens;
}

function* ofHeader(block: Block, placed: Located): Iterable<SemanticToken> {
  const kind = kindOf(block.kind.text);
  if (block.hotplug !== undefined) yield { span: absolute(placed, block.hotplug), type: 'keyword', modifiers: [] };
  if (kind === undefined) return;
  yield { span: absolute(placed, block.kind.span), type: 'class', modifiers: ['defaultLibrary'] };
  if (block.name !== undefined && !block.name.quoted) {
    const { span, indexes } = block.name;
    const name = absolute(placed, { from: span.from, to: indexes[0]?.span.from ?? span.to });
    if (kind.name.role === 'word') yield { span: name, type: 'enumMember', modifiers: ['defaultLibrary'] };
    else {
      const type = block.kind.text === 'device-type' ? 'type' : 'variable';
      yield { span: name, type, modifiers: kind.name.role === 'declares' ? ['declaration'] : [] };
    }
  }
  if (block.type !== undefined && block.type.text !== '') {
    const builtIn = kind.type.take === 'listed' || deviceType(block.type.text) !== undefined;
    yield { span: absolute(placed, block.type.span), type: 'type', modifiers: builtIn ? ['defaultLibrary'] : [] };
  }
  if (block.at !== undefined) yield { span: absolute(placed, block.at.keyword), type: 'keyword', modifiers: [] };
}

function* ofProperty(property: Property, placed: Located, parent: string): Iterable<SemanticToken> {
  const schema = propertyOf(parent, property.key.text);
  if (schema === undefined) return;
  yield { span: absolute(placed, property.key.span), type: 'property', modifiers: [] };
  yield* ofValue(property.value, placed, schema.type);
}

function* ofValue(value: Value, placed: Located, type: ValueType): Iterable<SemanticToken> {
  switch (value.is) {
    case 'word': {
      const span = { from: value.span.from, to: value.indexes[0]?.span.from ?? value.span.to };
      const known = type.is === 'version' || wordsOf(type).some(({ word }) => word === value.text);
      yield known
        ? { span: absolute(placed, span), type: 'enumMember', modifiers: ['defaultLibrary'] }
        : { span: absolute(placed, span), type: 'variable', modifiers: [] };
      break;
    }
    case 'range':
      yield* ofValue(value.from, placed, type);
      yield* ofValue(value.to, placed, type);
      break;
    case 'list':
      for (const item of value.items) yield* ofValue(item, placed, type);
      break;
    default:
      // Numbers, sizes, addresses and strings are plain to the grammar already.
      break;
  }
}
