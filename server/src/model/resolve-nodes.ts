/** PCI functions from their declarations, once for each declaration and machine. */
import { deviceType } from '../catalogue/index.ts';
import { isBus, kindOf, mayStandIn } from '../schema/index.ts';
import type { BusKind } from '../schema/types.ts';
import type { Declared } from './declared.ts';
import type { PciKind, PciNode } from './machine.ts';
import type { Names } from './names.ts';
import type { Speller } from './nearest.ts';
import type { ModelProblem } from './problem.ts';
import { resolveBridge } from './resolve-bridges.ts';
import { resolveEndpoint } from './resolve-endpoints.ts';
import { checkSubject } from './resolve-expectations.ts';
import { type MachineFacts, sameFacts } from './resolve-machine.ts';
import { chainFor, type Types, typeProblem } from './resolve-types.ts';

/**
 * What a function depends on besides its own block: the machine around it and the spec's own types. While it is the same
 * object, a declaration gives the same function.
 */
export interface NodeContext {
  readonly facts: MachineFacts;
  readonly types: Types;
  /** What was found so far: functions by their blocks, and root buses by their host bridges. */
  readonly remembered: WeakMap<Declared, Remembered>;
  readonly buses: WeakMap<Declared, Bus>;
}

/** The context of a build: the one before, where nothing that functions depend on has changed. */
export function nodeContext(facts: MachineFacts, types: Types, before: NodeContext | undefined): NodeContext {
  const next = { facts, types, remembered: new WeakMap(), buses: new WeakMap() };
  if (before === undefined) return next;
  const sameTypes =
    next.types.decls.length === before.types.decls.length &&
    next.types.decls.every((decl, i) => decl === before.types.decls[i]);
  return sameTypes && sameFacts(next.facts, before.facts) ? before : next;
}

interface Remembered {
  readonly node: PciNode;
  readonly problems: readonly ModelProblem[];
  /** Its type is wrong. That problem may name other blocks of the spec, so it is made anew in each build. */
  readonly mistyped: boolean;
  /** No problem here or below. */
  readonly sound: boolean;
}

/** The functions on the bus of a block. */
interface Bus {
  readonly nodes: readonly PciNode[];
  readonly sound: boolean;
}

const EMPTY_BUS: Bus = { nodes: [], sound: true };

export interface NodeResolver {
  /** The function a block declares; undefined for blocks of other kinds. */
  readonly nodeOf: (decl: Declared) => PciNode | undefined;
  /** The functions on the bus of a block. */
  readonly nodesIn: (parent: Declared) => readonly PciNode[];
  /** Adds what is wrong with a function and with those below it. */
  readonly problemsOf: (decl: Declared, problems: ModelProblem[]) => void;
  readonly problemsIn: (parent: Declared, problems: ModelProblem[]) => void;
}

/** @param whole false: an unknown type may be declared in a file that could not be read */
export function makeNodeResolver(context: NodeContext, names: Names, speller: Speller, whole: boolean): NodeResolver {
  const resolve = (decl: Declared): Remembered | undefined => {
    const known = context.remembered.get(decl);
    if (known !== undefined) return known;
    const kind = pciKindOf(decl);
    if (kind === undefined) return undefined;
    const problems: ModelProblem[] = [];
    for (const child of decl.children) if (child.kind === 'expect') checkSubject(child, 'function', problems);
    const bus = busOf(decl);
    const node = build(decl, kind, bus.nodes, context);
    const mistyped = typeProblem(decl, [kind], names, speller, true) !== undefined;
    const made = { node, problems, mistyped, sound: bus.sound && !mistyped && problems.length === 0 };
    context.remembered.set(decl, made);
    return made;
  };
  const busOf = (parent: Declared): Bus => {
    const known = context.buses.get(parent);
    if (known !== undefined) return known;
    const nodes: PciNode[] = [];
    let sound = true;
    for (const child of parent.children) {
      const resolved = isBelow(child, parent) ? resolve(child) : undefined;
      if (resolved === undefined) continue;
      nodes.push(resolved.node);
      sound &&= resolved.sound;
    }
    if (nodes.length === 0) return EMPTY_BUS;
    const bus = { nodes, sound };
    // Those of functions are kept with the function.
    if (pciKindOf(parent) === undefined) context.buses.set(parent, bus);
    return bus;
  };
  const problemsOf = (decl: Declared, problems: ModelProblem[]) => {
    const resolved = resolve(decl);
    if (resolved === undefined || resolved.sound) return;
    const wrongType = resolved.mistyped && typeProblem(decl, [resolved.node.kind], names, speller, whole);
    if (wrongType) problems.push(wrongType);
    for (const problem of resolved.problems) problems.push(problem);
    problemsIn(decl, problems);
  };
  const problemsIn = (parent: Declared, problems: ModelProblem[]) => {
    if (busOf(parent).sound) return;
    for (const child of parent.children) if (isBelow(child, parent)) problemsOf(child, problems);
  };
  return { nodeOf: (decl) => resolve(decl)?.node, nodesIn: (parent) => busOf(parent).nodes, problemsOf, problemsIn };
}

/** Whether a block inside a host bridge, bridge or endpoint is a function there. */
function isBelow(child: Declared, parent: Declared): boolean {
  const kind = child.kind === undefined ? undefined : kindOf(child.kind);
  return kind !== undefined && parent.kind !== undefined && mayStandIn(kind, parent.kind) !== 'no';
}

function pciKindOf(decl: Declared): PciKind | undefined {
  const { kind } = decl;
  if (kind === 'endpoint' || kind === 'vf') return kind;
  return kind !== undefined && isBusKind(kind) ? kind : undefined;
}

function isBusKind(kind: string): kind is BusKind {
  return isBus(kind);
}

function build(decl: Declared, kind: PciKind, below: readonly PciNode[], { facts, types }: NodeContext): PciNode {
  if (kind === 'endpoint' || kind === 'vf') {
    return resolveEndpoint(decl, kind, chainFor(decl, types), facts, below);
  }
  const byDefault = defaultTypeOf(kind);
  const written = decl.type === undefined ? undefined : deviceType(decl.type);
  const type = written?.kinds.includes(kind) === true ? decl.type : byDefault;
  const builtIn = type === undefined ? undefined : deviceType(type);
  return resolveBridge(decl, kind, type, { layers: [], builtIn }, facts, below);
}

function defaultTypeOf(kind: BusKind): string | undefined {
  const type = kindOf(kind)?.type;
  return type?.take === 'device-types' ? type.default : undefined;
}
