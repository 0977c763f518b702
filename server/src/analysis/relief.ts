/**
 * What would let more fit, at what cost. Nothing is invented here: the spec is made to declare one more than fits, the
 * checker finds what is wrong with that, and the fixes that it proves are what helps.
 */
import { log2, roundUpToPowerOfTwo } from '../base/powers.ts';
import { roomForBuses } from '../fixes/buses.ts';
import type { FixContext } from '../fixes/context.ts';
import { blockOf } from '../fixes/places.ts';
import { widenDeviceIdBits, widened } from '../fixes/widen-device-id-bits.ts';
import type { PciNode } from '../model/machine.ts';
import { afterBoot } from '../rules/headroom.ts';
import { applyEdits } from '../syntax/edits.ts';
import type { TextEdit } from '../syntax/tree.ts';
import { type Capacity, capacities } from '../timeline/capacity/capacity.ts';
import { type RootPortCapacity, rootPortCapacities } from '../timeline/capacity/root-ports.ts';
import type { Resource } from '../timeline/capacity/stop.ts';
import type { Analysis, LocatedFinding, Sources } from './analysis.ts';
import { withoutOthers } from './bare.ts';
import { analyseEdited, fixContext, textOf, withText } from './edited.ts';
import { fixesOf } from './judge.ts';

/** An edit after which more fit. */
export interface Relief {
  /** The fix that proposes it. */
  readonly fix: string;
  /** What is done, with its cost: "Add 1 root port (1 more bus)". */
  readonly title: string;
  /** How many fit then, and what stops them. */
  readonly fit: number;
  readonly stop: Resource;
}

/** Fixes that make do with less rather than give more room: proposed where nothing else helps. */
const SPARING: ReadonlySet<string> = new Set([
  'lower-vectors',
  'lower-queues',
  'lower-biggest-user',
  'hold-fewer-managed',
  'shrink-table',
  'minimum-of-one',
  'enable-fewer-vfs',
  'use-msi',
]);

/** The cheapest relief for a candidate. */
export function reliefOf(bare: Analysis, sources: Sources, capacity: Capacity): Relief | undefined {
  const { declared, fit } = capacity;
  const analysis = capacity.node.name === undefined ? bare : withoutOthers(bare, sources, capacity.node.name);
  const node = sameNode(analysis, capacity.node);
  if (node === undefined) return undefined;
  const context = fixContext(analysis);
  if (context === undefined) return undefined;
  if (capacity.stop.resource === 'slots' && capacity.below !== undefined)
    return longerPorts(analysis, sources, node, fit);
  if (capacity.stop.resource === 'device-ids') return moreDeviceIds(analysis, sources, capacity, node);
  const edits = fit < declared ? [] : declare(context, node, fit + 1);
  if (edits === undefined) return undefined;
  const text = `${applyEdits(textOf(analysis), edits)}\n${plugging(capacity)}`;
  const asking = analyseEdited(analysis, sources, text);
  const had = new Set(analysis.findings.map(({ finding }) => finding.message));
  const found = asking.findings.filter(({ uri }) => uri === analysis.uri);
  const about = found.filter((one) => !had.has(one.finding.message) || isAbout(asking, one, node));
  let sparing: Relief | undefined;
  for (const one of about.filter(({ severity }) => severity !== 'hint').slice(0, MOST_FINDINGS)) {
    for (const { fix, title, edits: repair } of fixesOf(asking, withText(sources, analysis.uri, text), one)) {
      const after = analyseEdited(asking, sources, applyEdits(text, repair));
      const then = named(after, node);
      if (then === undefined || then.fit <= fit) continue;
      const relief = { fix, title, fit: then.fit, stop: then.stop.resource };
      if (!SPARING.has(fix)) return relief;
      sparing ??= relief;
    }
  }
  return sparing;
}

/** DeviceIDs of as many bits as the next one needs. */
function moreDeviceIds(
  analysis: Analysis,
  sources: Sources,
  { short, fit }: Capacity,
  node: PciNode,
): Relief | undefined {
  const context = fixContext(analysis);
  const requester = short?.call?.requester;
  const controller = requester && analysis.machine.controllers[requester.controller];
  const its = controller?.type === 'gicv3' ? controller.itses[requester?.its ?? 0] : undefined;
  if (context === undefined || requester === undefined || its === undefined) return undefined;
  const bits = Math.max(its.deviceIdBits, log2(roundUpToPowerOfTwo(requester.deviceId + 1)));
  for (const { title, edits } of widened(context, its, bits)) {
    const after = analyseEdited(analysis, sources, applyEdits(textOf(analysis), edits));
    const then = named(after, node);
    if (then === undefined || then.fit <= fit || isWorse(analysis, after)) continue;
    return { fix: widenDeviceIdBits.id, title, fit: then.fit, stop: then.stop.resource };
  }
  return undefined;
}

/** Findings for which a fix is looked for. */
const MOST_FINDINGS = 8;

/** All that are declared come: what the rules about what happens say then has fixes of its own. */
function plugging({ node, first }: Capacity): string {
  const isWord = node.name !== undefined && /^[A-Za-z_][A-Za-z0-9_-]*$/.test(node.name);
  return isWord && first.length === 0 ? `scenario "all of them come" { plug ${node.name} }\n` : '';
}

/**
 * The smallest larger ECAM, where bus numbers are what stops further ports.
 * @param position of the host bridge in the machine
 */
export function rootPortRelief(
  analysis: Analysis,
  sources: Sources,
  ports: RootPortCapacity,
  position: number,
): Relief | undefined {
  const { expander, stop, busesTotal } = ports;
  const context = fixContext(analysis);
  const hostBridge = analysis.machine.hostBridges[position];
  if (context === undefined || hostBridge === undefined || stop.resource !== 'buses' || expander !== undefined)
    return undefined;
  const wider = roomForBuses(context, hostBridge, busesTotal);
  if (wider === undefined || wider.edits.length === 0) return undefined;
  const after = analyseEdited(analysis, sources, applyEdits(textOf(analysis), wider.edits));
  const then = Array.from(rootPortCapacities(afterBoot(after))).find(
    (other) => other.expander === undefined && after.machine.hostBridges.indexOf(other.hostBridge) === position,
  );
  if (then === undefined || then.fit <= ports.fit || isWorse(analysis, after)) return undefined;
  return { fix: 'enlarge-ecam', title: `Have ${wider.cost}`, fit: then.fit, stop: then.stop.resource };
}

/** Of ports that are an array, one more. */
function longerPorts(analysis: Analysis, sources: Sources, node: PciNode, fit: number): Relief | undefined {
  const context = fixContext(analysis);
  const above = context && portAbove(context, node);
  if (context === undefined || above === undefined) return undefined;
  const { port, hostBridge } = above;
  const longer = declare(context, port, (port.count ?? 1) + 1);
  const wider = roomForBuses(context, hostBridge, 1);
  if (port.count === undefined || longer === undefined || wider === undefined) return undefined;
  const after = analyseEdited(analysis, sources, applyEdits(textOf(analysis), [...longer, ...wider.edits]));
  const then = named(after, node);
  if (then === undefined || then.fit <= fit || isWorse(analysis, after)) return undefined;
  const cost = ['1 more port and bus', ...(wider.cost === undefined ? [] : [wider.cost])];
  return {
    fix: 'add-root-ports',
    title: `Make ${port.name} ${port.count + 1} long (${cost.join(', ')})`,
    fit: then.fit,
    stop: then.stop.resource,
  };
}

function portAbove({ machine }: FixContext, node: PciNode) {
  for (const hostBridge of machine.hostBridges) {
    const port = hostBridge.children.find(({ kind, children }) => kind === 'root-port' && children.includes(node));
    if (port !== undefined) return { port, hostBridge };
  }
  return undefined;
}

/** Makes a declaration so many elements long; undefined where its block has no name, or stands in another file. */
function declare(context: FixContext, node: PciNode, count: number): readonly TextEdit[] | undefined {
  const block = blockOf(context, node.decl);
  const name = block?.node.name;
  if (block === undefined || name === undefined) return undefined;
  const [index] = name.indexes;
  const span = index?.span ?? { from: name.span.to, to: name.span.to };
  return [{ from: block.start + span.from, to: block.start + span.to, text: `[${count}]` }];
}

function isAbout({ topology }: Analysis, { finding }: LocatedFinding, node: PciNode): boolean {
  if ('decl' in finding.at && finding.at.decl.name === node.name) return true;
  return (finding.functions ?? []).some((fn) => topology.functions[fn]?.node.name === node.name);
}

/** The declaration of the same name in another analysis; undefined for one without a name. */
function sameNode({ topology }: Analysis, { name }: PciNode): PciNode | undefined {
  if (name === undefined) return undefined;
  for (const node of topology.byNode.keys()) if (node.name === name) return node;
  return undefined;
}

/** The capacity of the declaration of the same name. */
const named = (analysis: Analysis, node: PciNode): Capacity | undefined =>
  capacities(afterBoot(analysis)).find((capacity) => capacity.node.name === node.name);

const isWorse = (before: Analysis, after: Analysis): boolean => serious(after) > serious(before);

const serious = ({ findings }: Analysis): number =>
  findings.filter(({ severity }) => severity === 'error' || severity === 'warning').length;
