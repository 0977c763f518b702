/** What is wrong with the VFs that a physical function enables, as far as no bus number is needed to say so. */
import { addressText, devfnOf, FUNCTIONS_PER_BUS, siblingsOf } from './bus.ts';
import type { PciProblem } from './problem.ts';
import { numVfsOf, vfFailure, vfOffsetOf } from './sriov.ts';
import type { PciFunction, Topology } from './topology.ts';

/** `physical` enables VFs. */
export function* vfProblems(topology: Topology, physical: PciFunction): Iterable<PciProblem> {
  const { node, name } = physical;
  const { sriov } = node;
  if (sriov === undefined) return;
  const numVfs = numVfsOf(sriov);
  const { offset, stride, totalVfs } = sriov;
  const base = { node, related: [], functions: [physical.index] };
  const failure = vfFailure(sriov);
  if (failure === 'EIO') {
    yield {
      ...base,
      rule: 'sriov-bad-offset-stride',
      part: { property: offset === 0 ? 'vf-offset' : 'vf-stride' },
      message: `${name}: First VF Offset ${offset}, Stride ${stride} invalid; Linux switches SR-IOV off (-EIO)`,
      facts: { name, offset, stride, totalVfs },
    };
  } else if (failure !== undefined) {
    yield {
      ...base,
      rule: 'sriov-numvfs-exceeds-total',
      part: { property: 'vfs' },
      message: `${numVfs} VFs requested, ${name} offers ${totalVfs}: -EINVAL, and none is enabled`,
      facts: { name, numVfs, totalVfs },
    };
  }
  if (failure !== undefined) return;

  const last = devfnOf(physical) + vfOffsetOf(sriov, totalVfs - 1);
  if (topology.machine.vmm !== undefined && last >= FUNCTIONS_PER_BUS) {
    yield {
      ...base,
      rule: 'sriov-vf-address-overflow-qemu',
      part: { property: 'vfs' },
      message: `QEMU: VF ${totalVfs - 1} of ${name} at devfn ${last} overflows; devfn ends at ${FUNCTIONS_PER_BUS - 1}`,
      facts: { name, vf: totalVfs - 1, devfn: last },
    };
  }
  const taken = new Map<number, PciFunction>();
  for (const sibling of siblingsOf(topology, physical)) {
    const fn = topology.functions[sibling];
    if (fn?.presentAtBoot) taken.set(devfnOf(fn), fn);
  }
  for (const index of physical.vfs) {
    const vf = topology.functions[index];
    const other = vf?.vf?.busOffset === 0 && vf.presentAtBoot ? taken.get(devfnOf(vf)) : undefined;
    if (vf === undefined || other === undefined) continue;
    yield {
      ...base,
      rule: 'address-conflict',
      part: { property: 'vf-offset' },
      message: `${vf.name} and ${other.name} are both at ${addressText(devfnOf(vf))}`,
      related: [{ node: other.node, part: 'header', message: `${other.name} is at ${addressText(devfnOf(other))}` }],
      functions: [vf.index, other.index],
      facts: { name: vf.name, other: other.name, address: addressText(devfnOf(vf)) },
    };
    return;
  }
}
