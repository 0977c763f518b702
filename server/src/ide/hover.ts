/** What is shown on hovering: of a word of the language what it means, of a thing what became of it and why. */

import type { Analysis } from '../analysis/analysis.ts';
import { declare } from '../model/declare.ts';
import { headerSpan } from '../model/source-map.ts';
import { kindOf, propertyOf } from '../schema/index.ts';
import type { Block, Property, Span } from '../syntax/tree.ts';
import type { Located } from '../syntax/walk.ts';
import { absolute, type Cursor, cursorAt, touches } from './cursor.ts';
import { againText } from './hover-again.ts';
import { type Moment, momentOf } from './hover-moment.ts';
import { expectationText, stepText } from './hover-steps.ts';
import { thingText } from './hover-things.ts';
import { hotplugText, kindText, modeText, paragraphs, propertyText, typeText, valueText } from './hover-words.ts';
import { occurrenceAt } from './names.ts';

export interface Hover {
  readonly markdown: string;
  /** What it is about. */
  readonly span: Span;
}

/**
 * What there is to say at an offset of the main file.
 * @param now the moment that numbers outside of scenarios speak of; undefined: after the boot
 */
export function hoverAt(analysis: Analysis, offset: number, now?: Moment): Hover | undefined {
  const tree = analysis.files.get(analysis.uri);
  if (tree === undefined) return undefined;
  const cursor = cursorAt(tree, offset);
  const { statement } = cursor;
  switch (statement?.node.node) {
    case 'block':
      return overHeader(analysis, { node: statement.node, start: statement.start }, cursor, offset, now);
    case 'property':
      return overProperty(analysis, { node: statement.node, start: statement.start }, cursor, offset, now);
    default:
      return undefined;
  }
}

function overHeader(
  analysis: Analysis,
  block: Located<Block>,
  cursor: Cursor,
  offset: number,
  now: Moment | undefined,
): Hover | undefined {
  const { node } = block;
  const kind = kindOf(node.kind.text);
  const on = (span: Span | undefined) => span !== undefined && touches(absolute(block, span), offset);
  const say = (span: Span, markdown: string | undefined): Hover | undefined =>
    markdown === undefined ? undefined : { markdown, span: absolute(block, span) };
  if (kind === undefined) return undefined;
  if (node.hotplug !== undefined && on(node.hotplug)) return say(node.hotplug, hotplugText());
  // A word that ends where the next begins does not exist: blanks stand between, so the order here decides nothing.
  if (on(node.kind.span)) {
    const decl = declare(node);
    return say(node.kind.span, paragraphs(kindText(kind), stepText(analysis, decl), againText(analysis, decl)));
  }
  if (node.type !== undefined && on(node.type.span)) {
    return say(node.type.span, typeText(analysis, kind, node.type.text));
  }
  if (node.name !== undefined && on(node.name.span)) {
    if (kind.name.role === 'word') return say(node.name.span, modeText(kind, node.name.text));
    return say(node.name.span, nameText(analysis, block, cursor, offset, now));
  }
  const header = headerSpan(node);
  return on(header)
    ? say(header, thingText(analysis, declare(node), undefined, momentOf(analysis, cursor, now)))
    : undefined;
}

/** On a name: the thing itself, at the moment that the statement around speaks of. */
function nameText(
  analysis: Analysis,
  block: Located<Block>,
  cursor: Cursor,
  offset: number,
  now: Moment | undefined,
): string | undefined {
  const moment = momentOf(analysis, cursor, now);
  if (kindOf(block.node.kind.text)?.name.role === 'declares') {
    return thingText(analysis, declare(block.node), undefined, moment);
  }
  const named = occurrenceAt(analysis.files, analysis.uri, offset);
  return named && thingText(analysis, named.of.decl, block.node.name?.indexes, moment);
}

function overProperty(
  analysis: Analysis,
  property: Located<Property>,
  cursor: Cursor,
  offset: number,
  now: Moment | undefined,
): Hover | undefined {
  const { node } = property;
  const parent = cursor.around[cursor.around.length - 1]?.node;
  const schema = parent && propertyOf(parent.kind.text, node.key.text);
  if (parent === undefined || schema === undefined) return undefined;
  const key = absolute(property, node.key.span);
  const value = absolute(property, node.value.span);
  const found = expectationText(analysis, declare(parent), schema.key);
  if (touches(key, offset)) return { markdown: paragraphs(propertyText(analysis, parent, schema), found), span: key };
  if (!touches(value, offset)) return undefined;
  const named = occurrenceAt(analysis.files, analysis.uri, offset);
  if (named !== undefined) {
    const markdown = thingText(analysis, named.of.decl, undefined, momentOf(analysis, cursor, now));
    return markdown === undefined ? undefined : { markdown, span: named.span };
  }
  const markdown = valueText(analysis, schema, node.value, offset - property.start);
  return { markdown: paragraphs(markdown ?? propertyText(analysis, parent, schema), found), span: value };
}
