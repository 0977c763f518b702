/** A declared thing in a hover: what became of it, and the chain of reasons. */
import type { Analysis } from '../analysis/analysis.ts';
import { lengthOf, pick } from '../model/arrays.ts';
import type { Declared } from '../model/declared.ts';
import type { PciNode } from '../model/machine.ts';
import type { FunctionIndex, PciFunction, Topology } from '../pci/topology.ts';
import { kindOf } from '../schema/index.ts';
import type { Index } from '../syntax/tree.ts';
import { functionRow, lastCalls } from './allocation.ts';
import { elementsTable } from './allocation-text.ts';
import { functionText } from './hover-function.ts';
import { vmText } from './hover-guests.ts';
import type { Moment } from './hover-moment.ts';
import { scenarioText } from './hover-steps.ts';
import { controllerText, hostBridgeText, itsText, machineText } from './hover-totals.ts';
import { paragraphs } from './hover-words.ts';
import { nameText } from './symbols.ts';

/** Elements of an array that a hover lists; the whole of it is in "Show Allocation". */
const ELEMENTS_SHOWN = 16;

/**
 * The thing that a block declares, at a moment.
 * @param indexes which elements are meant; undefined: all
 */
export function thingText(
  analysis: Analysis,
  decl: Declared,
  indexes: readonly Index[] | undefined,
  moment: Moment | undefined,
): string | undefined {
  const heading = headingOf(decl, decl.node.name && nameText(decl.node.name));
  const node = nodesByDecl(analysis.topology).get(decl);
  // A library is no machine: nothing was allocated for what it declares.
  if (moment === undefined || !analysis.machine.complete) return heading;
  if (node !== undefined) {
    const functions = functionsOf(analysis.topology, node, indexes);
    const [only] = functions;
    if (only === undefined) return heading;
    if (functions.length > 1) return paragraphs(heading, elementsText(functions, moment));
    return paragraphs(headingOf(decl, decl.name && only.name), functionText(analysis, only, moment));
  }
  switch (decl.kind) {
    case 'machine':
      return paragraphs(heading, machineText(analysis, moment));
    case 'interrupt-controller':
      return paragraphs(heading, controllerText(analysis, decl, moment));
    case 'its':
      return paragraphs(heading, itsText(analysis, decl, moment));
    case 'scenario':
      return paragraphs(heading, scenarioText(analysis, decl));
    case 'vm':
      return paragraphs(heading, vmText(analysis, decl, elementsOf(decl, indexes), moment));
    case 'host-bridge':
      return paragraphs(heading, hostBridgeText(analysis, decl, moment));
    default:
      return heading;
  }
}

/** `**nic[4]** : virtio-net-pci — hotplug endpoint`, and its documentation. */
function headingOf({ node, kind, type, hotplug }: Declared, name: string | undefined): string {
  const what = `${hotplug ? 'hotplug ' : ''}${kind ?? node.kind.text}`;
  const typed = type === undefined ? '' : ` : ${type}`;
  const short = kind === undefined ? undefined : kindOf(kind)?.doc.split(/(?<=\.)\s/)[0];
  const named = name === undefined ? `**${what}**` : `**${name}**${typed} — ${what}`;
  return paragraphs(named, node.doc ?? (kind === undefined || isMachinePart(kind) ? undefined : short));
}

/** Kinds of which a hover has more to say than what the kind is. */
const isMachinePart = (kind: string): boolean => kindOf(kind)?.name.role === 'declares' && kind !== 'scenario';

const byDecl = new WeakMap<Topology, ReadonlyMap<Declared, PciNode>>();

function nodesByDecl(topology: Topology): ReadonlyMap<Declared, PciNode> {
  const known = byDecl.get(topology);
  if (known !== undefined) return known;
  const nodes = new Map([...topology.byNode.keys()].map((node) => [node.decl, node]));
  byDecl.set(topology, nodes);
  return nodes;
}

function functionsOf(topology: Topology, node: PciNode, indexes: readonly Index[] | undefined): readonly PciFunction[] {
  const all = topology.byNode.get(node) ?? [];
  const at = (index: FunctionIndex | undefined) => (index === undefined ? undefined : topology.functions[index]);
  const picked = indexes === undefined || indexes.length === 0 ? undefined : pick([all.length], indexes);
  const chosen = picked?.ok ? picked.numbers.map((number) => all[number]) : all;
  return chosen.map(at).filter((fn) => fn !== undefined);
}

/** The elements of an array of VMs that indexes pick; undefined: all. */
function elementsOf(decl: Declared, indexes: readonly Index[] | undefined): readonly number[] | undefined {
  const length = lengthOf(decl);
  if (length === undefined || indexes === undefined || indexes.length === 0) return undefined;
  const picked = pick([length], indexes);
  return picked.ok ? picked.numbers : undefined;
}

function elementsText(functions: readonly PciFunction[], { run, step, result, words }: Moment): string {
  const calls = lastCalls(run.steps.slice(0, step + 1));
  const shown = functions
    .slice(0, ELEMENTS_SHOWN)
    .map((fn) => functionRow(result.state, fn, calls.get(fn.index) ?? []));
  const more = functions.length - shown.length;
  return paragraphs(
    `${functions.length} elements, ${words}:`,
    elementsTable(shown).join('\n'),
    more === 0 ? undefined : `… and ${more} more; "Show Allocation" has them all.`,
  );
}
