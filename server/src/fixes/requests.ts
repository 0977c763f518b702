/** The `request` behind a finding, and texts for its properties. */
import type { Declared } from '../model/declared.ts';
import type { MsiMode, PciNode, Request } from '../model/machine.ts';
import { eachNode } from '../rules/nodes.ts';
import type { Finding } from '../rules/rule.ts';
import type { Block } from '../syntax/tree.ts';
import type { Located } from '../syntax/walk.ts';
import type { FixContext } from './context.ts';
import { blockOf, declOf, functionsOf } from './places.ts';

/** A request that is written in this file. */
export interface WrittenRequest {
  readonly node: PciNode;
  readonly request: Request;
  readonly block: Located<Block>;
}

/** The written request that a finding points at, or else the first of its victim. */
export function writtenRequest(finding: Finding, context: FixContext): WrittenRequest | undefined {
  const pointed = declOf(finding);
  const found = pointed && withDecl(context, pointed);
  if (found) return located(context, found);
  const [victim] = functionsOf(finding, context);
  if (victim === undefined) return undefined;
  const request = messageRequests(victim.node).find(({ decl }) => decl !== undefined);
  return request && located(context, { node: victim.node, request });
}

/** The requests of a function, first rungs alone, as its driver makes them. */
export const messageRequests = (node: PciNode): readonly Request[] =>
  node.plan.flatMap((call) => (call.call === 'allocate' ? call.ladder.slice(0, 1) : []));

interface Found {
  readonly node: PciNode;
  readonly request: Request;
}

function withDecl({ machine }: FixContext, decl: Declared): Found | undefined {
  for (const { node } of eachNode(machine)) {
    const request = messageRequests(node).find((asked) => asked.decl === decl);
    if (request) return { node, request };
  }
  return undefined;
}

function located(context: FixContext, { node, request }: Found): WrittenRequest | undefined {
  const block = request.decl && blockOf(context, request.decl);
  return block && { node, request, block };
}

/** `4` or `1..4`, as `vectors` takes it. */
export const vectorsText = (min: number, max: number): string => (min >= max ? `${max}` : `${min}..${max}`);

/** Messages or table entries that a function has for a mode. */
export const offered = ({ capabilities }: PciNode, mode: MsiMode): number =>
  mode === 'msix' ? capabilities.msix : mode === 'msi' ? capabilities.msi : 1;

/** `4 vectors`, `1 to 4 vectors`. */
export const vectorsWords = (min: number, max: number): string =>
  min >= max ? `${max} ${max === 1 ? 'vector' : 'vectors'}` : `${min} to ${max} vectors`;
