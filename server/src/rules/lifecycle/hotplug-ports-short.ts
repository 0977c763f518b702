import { type Placed, placedCandidates } from '../headroom.ts';
import { nameOf } from '../nodes.ts';
import type { Rule } from '../rule.ts';
import { counted } from '../words.ts';

export const hotplugPortsShort: Rule = {
  id: 'hotplug-ports-short',
  severity: 'warning',
  title: 'not all of what may be plugged in finds a place',
  checks:
    'The top-level `hotplug endpoint`s are plugged in, in file order, each into the lowest free slot that takes it; each gets all the vectors its driver asks for.',
  why: 'Ports cannot be added to a running machine, and only whoever writes the spec knows how many devices are to come. libvirt says "No more available PCI slots" at the first one too many. A PCIe port has one slot; the root bus takes nothing while the machine runs.',
  remedy: 'Add root ports; the quick-fix adds the fewest that do.',
  sources: ['libvirt: docs/pci-hotplug.rst', 'QEMU 10.0: pcie_cap_slot_pre_plug_cb, hw/pci/pcie.c; hw/pci/shpc.c'],
  *check(context) {
    for (const candidate of placedCandidates(context)) {
      const { node, asked, placed, fit, short } = candidate;
      if (fit === asked) continue;
      yield {
        rule: 'hotplug-ports-short',
        at: { decl: node.decl, part: 'header' },
        message: `${fit} of ${asked} ${nameOf(node)} fit: ${whatRunsOut(candidate)}`,
        facts: { node: nameOf(node), asked, placed, fit, missing: asked - placed, short: short?.fn.name ?? '' },
      };
    }
  },
};

function whatRunsOut({ short, asked, placed }: Placed): string {
  if (short === undefined) {
    const missing = asked - placed;
    return `${counted(missing, 'more free hot-plug slot')} ${missing === 1 ? 'is' : 'are'} needed`;
  }
  const granted = short.got === 0 ? 'no vector' : `${short.got} of ${short.wanted} vectors`;
  return `the next one finds a slot but gets ${granted}${short.call.errno ? ` (-${short.call.errno})` : ''}: ${short.stop.text}`;
}
