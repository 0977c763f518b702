import { guestsOf } from '../../timeline/guests/assigned.ts';
import { flowOf, obstacleText } from '../../timeline/guests/flow.ts';
import { afterBoot } from '../headroom.ts';
import type { Rule } from '../rule.ts';
import { at } from '../sharing.ts';

export const msixDynamicUnsupported: Rule = {
  id: 'msix-dynamic-unsupported',
  severity: 'error',
  title: 'single MSI-X entries are asked for where there are none to be had',
  checks:
    '`allocate` and `free` are used from Linux 6.2 on, on a controller that supports it, for a function whose MSI-X is enabled; `flow = dynamic` where vfio-pci and the VMM can do the same for a guest.',
  why: 'pci_msix_alloc_irq_at came with Linux 6.2. It works where the MSI domain says that it can allocate after MSI-X was enabled: on x86, with and without interrupt remapping. An ITS is told the size of a table once, when the domain is made; a GICv2m and pseries have no such support either. There the call returns -ENOTSUPP, and drivers allocate all they may need up front. vfio-pci adds entries for a guest from 6.5 on, and QEMU asks it to from 8.2 on; with anything less the whole of MSI-X is disabled and enabled again for each entry.',
  remedy:
    'Ask for all vectors with `enable`, or free them all and ask for more; interrupts that arrive in between are lost. For a guest: `flow = allocate-up-front`, or on x86 a newer kernel or QEMU.',
  sources: [
    'Linux 7.2: pci_msix_can_alloc_dyn, pci_msix_alloc_irq_at, drivers/pci/msi/api.c; MSI_FLAG_PCI_MSIX_ALLOC_DYN',
    'Linux 7.2: vfio_msi_alloc_irq, drivers/vfio/pci/vfio_pci_intrs.c; QEMU 10.0: vfio_msix_vector_do_use, hw/vfio/pci.c',
    'Recorded machines: linux-6.12-dyn-msix, linux-7.2-dyn-msix (ITS: -ENOTSUPP), x86-dyn-noir-smp2-612',
  ],
  *check(context) {
    if (context.machine.vms.length === 0) return;
    const state = afterBoot(context);
    for (const { vm, name: guest, functions } of guestsOf(context.topology)) {
      for (const { assignment, fn } of functions) {
        if (assignment.flow !== 'dynamic') continue;
        const { obstacle } = flowOf(state, vm, assignment, fn);
        if (obstacle === undefined) continue;
        const { name } = at(context.topology, fn);
        yield {
          rule: 'msix-dynamic-unsupported',
          at: { decl: assignment.decl, part: { value: 'flow' } },
          message: `Entries of ${name} cannot be added one by one for ${guest}: ${obstacleText(state, vm, obstacle)}; its VMM disables and enables again instead`,
          functions: [fn],
          facts: { fn: name, vm: guest, obstacle },
        };
      }
    }
  },
};
