/** The outline of a file: its blocks, as they nest. */
import { headerSpan } from '../model/source-map.ts';
import { isBus, isStep, kindOf } from '../schema/index.ts';
import type { Block, Body, Name, Span, Tree } from '../syntax/tree.ts';

export interface OutlineItem {
  /** What it is called, or its kind where it has no name. */
  readonly name: string;
  /** Kind, type and address, as far as the name does not say them. */
  readonly detail: string;
  readonly role: OutlineRole;
  /** The whole block. */
  readonly span: Span;
  /** Its header. */
  readonly header: Span;
  readonly children: readonly OutlineItem[];
}

/** What a block is to a reader: decides its icon. */
export type OutlineRole =
  | 'machine'
  | 'controller'
  | 'bridge'
  | 'function'
  | 'type'
  | 'request'
  | 'scenario'
  | 'step'
  | 'other';

/** The outline of a file. */
export const outlineOf = (tree: Tree): readonly OutlineItem[] => itemsIn(tree.root, 0, tree.text);

function itemsIn(body: Body, bodyStart: number, text: string): readonly OutlineItem[] {
  const items: OutlineItem[] = [];
  for (const [i, node] of body.statements.entries()) {
    if (node.node === 'block') items.push(itemOf(node, bodyStart + (body.starts[i] ?? 0), text));
  }
  return items;
}

function itemOf(block: Block, start: number, text: string): OutlineItem {
  const { kind, name, type, at, body, braces, hotplug } = block;
  const header = headerSpan(block);
  const details = [
    hotplug === undefined ? '' : 'hotplug',
    name === undefined ? '' : kind.text,
    type === undefined || type.text === '' ? '' : `: ${type.text}`,
    at?.value === undefined ? '' : `at ${text.slice(start + at.value.span.from, start + at.value.span.to)}`,
  ];
  return {
    name: name === undefined ? kind.text : nameText(name),
    detail: details.filter((detail) => detail !== '').join(' '),
    role: roleOf(kind.text),
    span: { from: start + block.span.from, to: start + block.span.to },
    header: { from: start + header.from, to: start + header.to },
    children: body === undefined || braces === undefined ? [] : itemsIn(body, start + braces.from + 1, text),
  };
}

/** A name with its indexes: `nic[4]`. */
export function nameText({ text, indexes }: Name): string {
  return text + indexes.map(({ from, to, range }) => (range ? `[${from}..${to}]` : `[${from}]`)).join('');
}

function roleOf(kind: string): OutlineRole {
  switch (kind) {
    case 'machine':
    case 'vm':
      return 'machine';
    case 'interrupt-controller':
    case 'its':
      return 'controller';
    case 'endpoint':
    case 'vf':
      return 'function';
    case 'device-type':
      return 'type';
    case 'request':
      return 'request';
    case 'scenario':
      return 'scenario';
    case 'host-bridge':
      return 'bridge';
    default:
      if (kindOf(kind) === undefined) return 'other';
      if (isBus(kind)) return 'bridge';
      return isStep(kind) ? 'step' : 'other';
  }
}
