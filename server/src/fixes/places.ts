/** From what a finding speaks of to where it stands in the text that a fix edits. */
import type { Declared } from '../model/declared.ts';
import type { HostBridge, PciNode } from '../model/machine.ts';
import type { FunctionIndex, PciFunction } from '../pci/topology.ts';
import { eachNode } from '../rules/nodes.ts';
import type { Finding } from '../rules/rule.ts';
import type { Block } from '../syntax/tree.ts';
import { isBlock, type Located, pathAt } from '../syntax/walk.ts';
import type { FixContext } from './context.ts';

/** The blocks around a declaration, outermost first, and its own at the end; none when it stands in another file. */
export function pathTo(context: FixContext, decl: Declared): readonly Located<Block>[] {
  const { uri, span } = context.locate({ decl, part: 'header' });
  if (uri !== context.uri) return [];
  const path = pathAt(context.tree, span.from).filter(isBlock);
  return path.slice(0, path.findIndex(({ node }) => node === decl.node) + 1);
}

/** The block of a declaration; undefined when it stands in another file. */
export const blockOf = (context: FixContext, decl: Declared): Located<Block> | undefined =>
  pathTo(context, decl).at(-1);

/** The declaration a finding points at; undefined for what stands in no block. */
export const declOf = ({ at }: Finding): Declared | undefined => ('decl' in at ? at.decl : undefined);

/** The functions of a finding, the victim first. */
export function functionsOf({ functions }: Finding, { topology }: FixContext): readonly PciFunction[] {
  return (functions ?? []).flatMap((fn) => topology.functions[fn] ?? []);
}

/** The PCI node declared by a block. */
export function nodeOf({ machine }: FixContext, decl: Declared): PciNode | undefined {
  for (const { node } of eachNode(machine)) if (node.decl === decl) return node;
  return undefined;
}

/** The node of an endpoint or VF in whose body a `request` or `expect` stands. */
export function nodeAround({ machine }: FixContext, inner: Declared): PciNode | undefined {
  for (const { node } of eachNode(machine)) if (node.decl === inner || node.decl.children.includes(inner)) return node;
  return undefined;
}

/** The host bridge that a function stands below. */
export const hostBridgeOf = ({ topology }: FixContext, fn: PciFunction): HostBridge | undefined =>
  topology.rootBuses[fn.rootBus]?.hostBridge;

/** The bridges above a function, nearest first. */
export function* bridgesAbove({ topology }: FixContext, fn: PciFunction): Iterable<PciFunction> {
  let parent: FunctionIndex | undefined = fn.parent;
  while (parent !== undefined) {
    const bridge: PciFunction | undefined = topology.functions[parent];
    if (bridge === undefined) return;
    yield bridge;
    parent = bridge.parent;
  }
}

/** A number that a finding was made of. */
export function fact(finding: Finding, name: string): number | undefined {
  const value = finding.facts?.[name];
  return typeof value === 'number' ? value : undefined;
}

/** `1 bus`, `no more buses`. */
export const buses = (n: number, which = ''): string => `${n === 0 ? 'no' : n} ${which}${n === 1 ? 'bus' : 'buses'}`;

/** `a`, `a and b`, `a, b and c`. */
export const joined = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** The names that a spec has given, without those of scenarios and device types, which have scopes of their own. */
export function namesIn({ machine }: Pick<FixContext, 'machine'>): Set<string> {
  const names = new Set<string>();
  const add = (name: string | undefined) => name !== undefined && names.add(name);
  for (const { node } of eachNode(machine)) add(node.name);
  for (const controller of machine.controllers) {
    add(controller.name);
    if (controller.type === 'gicv3') for (const its of controller.itses) add(its.name);
  }
  for (const { name } of [...machine.hostBridges, ...machine.vms]) add(name);
  return names;
}

/** `wanted`, or with a number behind it, whichever is not taken yet and is now; quoted where it is no word. */
export function freshName(taken: Set<string>, wanted: string): string {
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted}${i}`;
  taken.add(name);
  return WORD.test(name) ? name : JSON.stringify(name);
}

const WORD = /^[A-Za-z_][A-Za-z0-9_-]*(\.[0-9]+)*$/;
