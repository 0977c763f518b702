import { isPort } from '../pci/bus.ts';
import { propertyIn, setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { takeOutOf } from './moved-text.ts';
import { blockOf, declOf, fact } from './places.ts';

export const renumberSlot: Fix = {
  id: 'renumber-slot',
  rules: ['duplicate-chassis-slot'],
  safety: 'review',
  doc: 'Gives a port the next free slot number of its chassis, or leaves the numbers to QEMU.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const block = decl && blockOf(context, decl);
    const chassis = fact(finding, 'chassis');
    if (decl === undefined || block === undefined) return;
    const taken = new Set<number | undefined>();
    for (const { node } of context.topology.functions) {
      if (isPort(node) && node.bridge?.chassis === chassis) taken.add(node.bridge?.slot);
    }
    let slot = fact(finding, 'slot') ?? 0;
    while (taken.has(slot)) slot++;
    const name = decl.name ?? 'the port';
    yield { title: `Give ${name} slot ${slot}`, edits: setProperty(context.tree, block, 'slot', `${slot}`) };
    const numbers = ['chassis', 'slot'].flatMap((key) => propertyIn(block, key) ?? []);
    yield { title: `Leave chassis and slot of ${name} to QEMU`, edits: takeOutOf(context.tree, block, numbers) };
  },
};
