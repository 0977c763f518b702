import { devfnOf, FUNCTIONS_PER_BUS } from '../pci/bus.ts';
import { numVfsOf } from '../pci/sriov.ts';
import type { PciFunction } from '../pci/topology.ts';
import type { Finding } from '../rules/rule.ts';
import { counted } from '../rules/words.ts';
import { setProperty } from '../syntax/edits.ts';
import type { TextEdit } from '../syntax/tree.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { takeOut } from './moved-text.ts';
import { blockOf, fact, functionsOf } from './places.ts';

export const enableFewerVfs: Fix = {
  id: 'enable-fewer-vfs',
  rules: ['sriov-bus-out-of-range', 'sriov-numvfs-exceeds-total', 'sriov-vf-address-overflow-qemu'],
  safety: 'review',
  doc: 'Enables as many VFs as the function offers and its buses have room for, or offers as many as are enabled.',
  *propose(finding, context) {
    const [physical] = functionsOf(finding, context);
    const block = physical && blockOf(context, physical.node.decl);
    if (physical?.node.sriov === undefined || block === undefined) return;
    const numVfs = numVfsOf(physical.node.sriov);
    const room = roomFor(finding, physical);
    if (finding.rule === 'sriov-vf-address-overflow-qemu' && room > 0) {
      const fewer = numVfs > room ? fewerVfs(context, physical, numVfs - room) : [];
      yield {
        title: `Let ${physical.name} offer ${counted(room, 'VF')}`,
        edits: [...setProperty(context.tree, block, 'vfs', `${room}`), ...fewer],
      };
      return;
    }
    const edits = fewerVfs(context, physical, numVfs - room);
    if (edits.length > 0)
      yield { title: `Enable ${counted(room, 'VF')} of ${physical.name} instead of ${numVfs}`, edits };
    if (finding.rule === 'sriov-numvfs-exceeds-total') {
      yield {
        title: `Let ${physical.name} offer ${counted(numVfs, 'VF')}`,
        edits: setProperty(context.tree, block, 'vfs', `${numVfs}`),
      };
    }
  },
};

/** VFs that have a place. */
function roomFor(finding: Finding, physical: PciFunction): number {
  const { sriov } = physical.node;
  if (sriov === undefined) return 0;
  if (finding.rule === 'sriov-vf-address-overflow-qemu') {
    return Math.floor((FUNCTIONS_PER_BUS - 1 - devfnOf(physical) - sriov.offset) / Math.max(1, sriov.stride)) + 1;
  }
  return fact(finding, finding.rule === 'sriov-bus-out-of-range' ? 'fitting' : 'totalVfs') ?? 0;
}

/** The last `vf` blocks made shorter, or taken out. */
function fewerVfs(context: FixContext, { node }: PciFunction, tooMany: number): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  let left = tooMany;
  for (const vf of (node.sriov?.vfs ?? []).toReversed()) {
    if (left <= 0) break;
    const block = blockOf(context, vf.decl);
    if (block === undefined) return [];
    const count = vf.count ?? 1;
    const [index] = block.node.name?.indexes ?? [];
    if (count <= left || index === undefined) edits.push(...takeOut(context.tree, [block]));
    else
      edits.push({ from: block.start + index.span.from, to: block.start + index.span.to, text: `[${count - left}]` });
    left -= count;
  }
  return edits;
}
