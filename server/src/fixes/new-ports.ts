/** New root ports on the root bus of a host bridge: their names, their slots, and what has to give way for them. */
import type { HostBridge, PciNode } from '../model/machine.ts';
import { addressText, DEVICES_PER_BUS, FUNCTIONS_PER_DEVICE, firstDeviceBelow, isPort } from '../pci/bus.ts';
import type { PciFunction } from '../pci/topology.ts';
import { insertInto, setProperty } from '../syntax/edits.ts';
import { attachedFrom, hasLineEnd, INDENT, statementsIn } from '../syntax/layout.ts';
import type { Block, TextEdit } from '../syntax/tree.ts';
import type { Located } from '../syntax/walk.ts';
import type { FixContext } from './context.ts';
import { blockOf, freshName, namesIn } from './places.ts';

/** A port to be, or an array of them. */
export interface WantedPort {
  /** What its name is made of: `nic1` gives `nic1-port`. */
  readonly for: string;
  readonly count: number;
  /** Whether it is written as an array even for one element: then names below it keep their index. */
  readonly array: boolean;
  /** The statements in its body, without indentation. */
  readonly body: string;
}

export interface NewPorts {
  /** One block each, without indentation, in the order in which they were wanted. */
  readonly texts: readonly string[];
  /** What has to be done elsewhere to make room. */
  readonly edits: readonly TextEdit[];
  /** How it was done where slots are short: "eight in a slot". */
  readonly cost: string | undefined;
}

/** Where a port goes: an address, `undefined` for the lowest free slot, and whether eight share a slot. */
interface Place {
  readonly at: number | undefined;
  readonly spread: boolean;
}

/**
 * Finds room for ports on the host bridge's own root bus: a slot each; else eight in a slot; else beside the last port;
 * else by moving an array of ports together. Undefined: there is no room.
 * @param leaving a device that will be free, because what stands there is taken out
 */
export function planPorts(
  context: FixContext,
  hostBridge: HostBridge,
  wanted: readonly WantedPort[],
  leaving?: number,
): NewPorts | undefined {
  const bus = rootBusOf(context, hostBridge);
  if (bus === undefined) return undefined;
  const free = freeDevices(bus, leaving);
  const names = freshNames(context, wanted);
  const texts = (places: readonly Place[]) => portTexts(wanted, names, places);

  const staying = bus.filter(({ device }) => device !== leaving);
  const inSlots = inFreeSlots(leaving === undefined ? bus : [], free, wanted);
  if (inSlots) {
    const shares = inSlots.some(({ spread }) => spread);
    return { texts: texts(inSlots), edits: [], cost: shares ? 'eight in a slot' : undefined };
  }
  const beside = besideLastPort(staying, wanted);
  if (beside) return { texts: texts(beside), edits: [], cost: 'in the slot of the last port' };
  const crowded = largestArray(context, hostBridge);
  if (crowded === undefined) return undefined;
  const { node, block } = crowded;
  const count = node.count ?? 1;
  const gained = count - Math.ceil(count / FUNCTIONS_PER_DEVICE);
  const places = spreadWhereNeeded(wanted, free.length + gained);
  if (places === undefined) return undefined;
  return {
    texts: texts(places),
    edits: setProperty(context.tree, block, 'spread', 'functions'),
    cost: `${node.name ?? 'the ports'} eight in a slot`,
  };
}

/** The block of a port, or of an array of them, at an address (device << 3 | function) of any root bus. */
export function portAt(context: FixContext, wanted: WantedPort, at: number | undefined, spread: boolean): string {
  return portTexts([wanted], freshNames(context, [wanted]), [{ at, spread }]).join('');
}

const portTexts = (wanted: readonly WantedPort[], names: readonly string[], places: readonly Place[]) =>
  wanted.map((port, i) => portText(port, names[i] ?? 'port', places[i]));

/** The functions on a host bridge's own root bus. */
function rootBusOf({ topology }: FixContext, hostBridge: HostBridge): readonly PciFunction[] | undefined {
  const root = topology.rootBuses.find((bus) => bus.hostBridge === hostBridge && bus.expander === undefined);
  return root?.children.flatMap((fn) => topology.functions[fn] ?? []);
}

function freeDevices(bus: readonly PciFunction[], leaving: number | undefined): readonly number[] {
  const taken = new Set(bus.map(({ device }) => device));
  if (leaving !== undefined) taken.delete(leaving);
  const first = firstDeviceBelow(undefined);
  return Array.from({ length: DEVICES_PER_BUS - first }, (_, i) => first + i).filter((device) => !taken.has(device));
}

/** A slot for each, or for eight of an array; those after the last taken slot where bus numbers would change otherwise. */
function inFreeSlots(
  bus: readonly PciFunction[],
  free: readonly number[],
  wanted: readonly WantedPort[],
): readonly Place[] | undefined {
  const places = spreadWhereNeeded(wanted, free.length);
  if (places === undefined) return undefined;
  const slots = wanted.map((port, i) => slotsOf(port, places[i]?.spread === true));
  const needed = slots.reduce((sum, n) => sum + n, 0);
  const last = Math.max(0, ...bus.map(({ device }) => device));
  const lowest = free.slice(0, needed);
  const afterAll = lowest.every((device) => device > last);
  if (afterAll || last + needed >= DEVICES_PER_BUS) return places;
  let device = last + 1;
  return places.map(({ spread }, i) => {
    const at = device << 3;
    device += slots[i] ?? 0;
    return { at, spread };
  });
}

const slotsOf = ({ count }: WantedPort, spread: boolean): number =>
  spread ? Math.ceil(count / FUNCTIONS_PER_DEVICE) : count;

/** Eight in a slot for as many arrays, the longest first, as it takes. */
function spreadWhereNeeded(wanted: readonly WantedPort[], free: number): readonly Place[] | undefined {
  let needed = wanted.reduce((sum, port) => sum + slotsOf(port, false), 0);
  const spread = new Set<WantedPort>();
  for (const port of [...wanted].sort((a, b) => b.count - a.count)) {
    if (needed <= free) break;
    needed += slotsOf(port, true) - slotsOf(port, false);
    if (port.count > 1) spread.add(port);
  }
  if (needed > free) return undefined;
  return wanted.map((port) => ({ at: undefined, spread: spread.has(port) }));
}

/** Function numbers after those of the ports in the last slot that has only ports. */
function besideLastPort(bus: readonly PciFunction[], wanted: readonly WantedPort[]): readonly Place[] | undefined {
  const last = bus.at(-1);
  if (last === undefined) return undefined;
  const mates = bus.filter(({ device }) => device === last.device);
  const zero = mates.find((mate) => mate.function === 0);
  if (!mates.every(({ node }) => isPort(node)) || zero?.node.multifunction === false) return undefined;
  let next = last.function + 1;
  const places = wanted.map(({ count, array }) => {
    const place = { at: (last.device << 3) | next, spread: array || count > 1 };
    next += count;
    return place;
  });
  return next <= FUNCTIONS_PER_DEVICE ? places : undefined;
}

/** The longest array of root ports on the root bus that takes a slot for each. */
function largestArray(context: FixContext, { children }: HostBridge) {
  const arrays = children.filter(({ kind, spread, count }) => kind === 'root-port' && spread === 'slots' && count);
  const longest = arrays.reduce<PciNode | undefined>(
    (best, node) => ((node.count ?? 0) > (best?.count ?? 1) ? node : best),
    undefined,
  );
  const block = longest && blockOf(context, longest.decl);
  return longest && block && { node: longest, block };
}

function portText(port: WantedPort, name: string, place: Place | undefined): string {
  const count = port.array || port.count > 1 ? `[${port.count}]` : '';
  const at = place?.at === undefined ? '' : ` at ${addressText(place.at)}`;
  const spread = place?.spread ? ['spread = functions'] : [];
  const gap = port.body.includes('\n') ? '\n\n' : '\n';
  const body = [...spread, ...(port.body === '' ? [] : [port.body])].join(gap);
  const header = `root-port ${name}${count}${at}`;
  if (body === '') return header;
  if (port.body === '') return `${header} { ${body} }`;
  const lines = body.split('\n').map((line) => (line === '' ? '' : INDENT + line));
  return [`${header} {`, ...lines, '}'].join('\n');
}

/** Names that nothing has yet, made of what the ports are for. */
function freshNames(context: FixContext, wanted: readonly WantedPort[]): readonly string[] {
  const taken = namesIn(context);
  return wanted.map((port) => freshName(taken, port.for === '' ? 'port' : `${port.for}-port`));
}

/** Puts blocks, given as text, at the end of a host bridge, after an empty line where such lines stand between its blocks. */
export function appendInto({ tree }: FixContext, block: Located<Block>, texts: readonly string[]): readonly TextEdit[] {
  const last = statementsIn(block).at(-1);
  const gap = hasGap(tree.text, last) || (last !== undefined && texts.some(hasLineEnd)) ? '\n' : '';
  return insertInto(tree, block, gap + texts.join(`\n${gap}`), 'last');
}

/** An empty line stands before it. */
export const hasGap = (text: string, statement: Located | undefined): boolean =>
  statement !== undefined && hasLineEnd(text.slice(statement.start, attachedFrom(text, statement)));
