import type { PciNode } from '../model/machine.ts';
import { headerSpan } from '../model/source-map.ts';
import { addressText, DEVICES_PER_BUS, FUNCTIONS_PER_DEVICE, firstDeviceBelow, takesOneDevice } from '../pci/bus.ts';
import { tokensTo } from '../syntax/layout.ts';
import type { Block, TextEdit } from '../syntax/tree.ts';
import type { Located } from '../syntax/walk.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { declOf, fact, nodeOf, pathTo } from './places.ts';

export const freeAddress: Fix = {
  id: 'free-address',
  rules: [
    'address-conflict',
    'function-zero-missing',
    'root-port-slot-not-zero',
    'shpc-slot-zero',
    'value-out-of-range',
  ],
  safety: 'review',
  doc: 'Moves a function to the next free slot of its bus, or to the one it can be found at.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const node = decl && nodeOf(context, decl);
    const path = decl ? pathTo(context, decl) : [];
    const block = path.at(-1);
    if (node === undefined || block === undefined) return;
    const name = node.name ?? node.type ?? node.kind;
    let otherwise = false;
    for (const devfn of candidates(finding.rule, fact(finding, 'device'), context, node, path)) {
      const address = addressText(devfn);
      yield { title: `Move ${name} to ${address}`, edits: [setAt(context, block, address)], otherwise };
      otherwise = true;
    }
  },
};

function* candidates(
  rule: string,
  device: number | undefined,
  context: FixContext,
  node: PciNode,
  path: readonly Located<Block>[],
): Iterable<number> {
  if (rule === 'root-port-slot-not-zero') {
    yield 0;
    return;
  }
  if (rule === 'function-zero-missing' && device !== undefined) yield device << 3;
  yield* freeStarts(context, node, path);
}

/** Devices where the whole declaration fits: after the present one first, then from the start of the bus. */
function* freeStarts(context: FixContext, node: PciNode, path: readonly Located<Block>[]): Iterable<number> {
  const around = neighbours(context, node, path);
  if (around === undefined) return;
  const { taken, first, last } = around;
  const slots = node.spread === 'functions' ? Math.ceil((node.count ?? 1) / FUNCTIONS_PER_DEVICE) : (node.count ?? 1);
  const fits = (start: number) => {
    for (let device = start; device < start + slots; device++) if (device > last || taken.has(device)) return false;
    return true;
  };
  const from = node.at?.device ?? first;
  for (let device = from; device <= last; device++) if (fits(device)) yield device << 3;
  for (let device = first; device < from; device++) if (fits(device)) yield device << 3;
}

/** What stands on the bus of a declaration besides it, and between which devices. */
function neighbours(context: FixContext, node: PciNode, path: readonly Located<Block>[]) {
  const { topology, machine } = context;
  const parentBlock = path.at(-2)?.node;
  const hostBridge = machine.hostBridges.find(({ decl }) => decl.node === parentBlock);
  const parent = hostBridge ? undefined : topology.functions.find((fn) => fn.node.decl.node === parentBlock);
  const owner = hostBridge
    ? topology.rootBuses.find((root) => root.hostBridge === hostBridge && root.expander === undefined)
    : (topology.rootBuses.find((root) => root.expander !== undefined && root.expander === parent?.index) ?? parent);
  if (owner === undefined) return undefined;
  const functions = owner.children.flatMap((fn) => topology.functions[fn] ?? []);
  return {
    taken: new Set(functions.filter((fn) => fn.node !== node).map(({ device }) => device)),
    first: firstDeviceBelow(parent?.node),
    last: parent && takesOneDevice(parent.node) ? 0 : DEVICES_PER_BUS - 1,
  };
}

/** The address of a block, in place of the one it has, or after its name and type. */
function setAt({ tree }: FixContext, block: Located<Block>, address: string): TextEdit {
  const value = block.node.at?.value;
  if (value) return { from: block.start + value.span.from, to: block.start + value.span.to, text: address };
  const end = Math.min(block.start + headerSpan(block.node).to, tokensTo(block));
  return { from: end, to: end, text: tree.text[end - 1] === ' ' ? `at ${address}` : ` at ${address}` };
}
