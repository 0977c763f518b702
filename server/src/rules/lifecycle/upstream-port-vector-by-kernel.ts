import { nameOf } from '../nodes.ts';
import type { Rule } from '../rule.ts';

export const upstreamPortVectorByKernel: Rule = {
  id: 'upstream-port-vector-by-kernel',
  severity: 'info',
  title: 'an upstream port takes a vector on Linux 6.1 only',
  checks: 'Switches whose upstream port has an MSI or MSI-X capability.',
  why: 'On Linux 6.1 the port driver takes a vector for the upstream port of a switch at boot; 6.12 and 7.2 find no service that needs one. All LPIs that are given out later differ by one between these kernels.',
  remedy: 'Nothing has to change. Do not rely on LPI numbers across kernels.',
  sources: [
    'Linux 6.1 and 6.12: get_port_device_capability, drivers/pci/pcie/portdrv.c',
    'Recorded machines: ports (6.1, 6.12, 7.2)',
  ],
  *checkNode(node, machine) {
    if (!machine.controllers.some(({ type }) => type === 'gicv3')) return;
    if (node.kind !== 'switch' || node.hotplug || (node.capabilities.msi === 0 && node.capabilities.msix === 0)) return;
    const vectors = machine.rules === '6.1' ? 1 : 0;
    yield {
      rule: 'upstream-port-vector-by-kernel',
      at: { decl: node.decl, part: 'header' },
      message: `${nameOf(node)} takes ${vectors === 1 ? '1 vector' : 'no vector'} on Linux ${machine.os.major}.${machine.os.minor}, but ${vectors === 1 ? 'none on 6.12 and 7.2' : 'one on 6.1'}: LPIs given out later differ by one`,
      facts: { fn: nameOf(node), vectors },
    };
  },
};
