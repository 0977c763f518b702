import { flowOf, obstacleText } from '../../timeline/guests/flow.ts';
import { befallen, severityOf } from '../guest-events.ts';
import type { Rule } from '../rule.ts';
import { counted, entriesText } from '../words.ts';

export const vfioNoresizeGap: Rule = {
  id: 'vfio-noresize-gap',
  severity: 'warning',
  title: 'unmasking an entry tears down a guest’s live interrupts',
  checks:
    'A guest that unmasks one entry of an assigned function after the other gets them without the ones before being taken away meanwhile.',
  why: 'Where the host cannot add an entry to an MSI-X that is enabled, QEMU disables the whole of it, which frees every interrupt, and enables it again for one entry more. A message that the device sends in between finds no handler: the interrupt is lost, and a driver that waits for it may hang. It happens for each entry beyond the highest so far, so a guest with n queues does it n times, and hits 0 + 1 + … handlers. vfio-pci adds entries from Linux 6.5 on, on x86 alone (`VFIO_IRQ_INFO_NORESIZE` is clear there), and QEMU makes use of it from 8.2 on.',
  remedy:
    'A host kernel and a QEMU that add entries one by one; elsewhere a VMM that allocates all of the table when the guest enables MSI-X (`flow = allocate-up-front`).',
  sources: [
    'QEMU 10.0: vfio_msix_vector_do_use, hw/vfio/pci.c',
    'Linux 7.2: vfio_msi_set_vector_signal, drivers/vfio/pci/vfio_pci_intrs.c; pci_msix_can_alloc_dyn, drivers/pci/msi/api.c',
  ],
  *check(context) {
    for (const one of befallen(context, 'torn-down')) {
      const { event, guest, assigned, name, step } = one;
      const { first, last, times, hit, fn } = event;
      const { obstacle } = flowOf(step.state, guest.vm, assigned.assignment, fn);
      const why = obstacle === undefined ? 'flow = grow is asked for' : obstacleText(step.state, guest.vm, obstacle);
      yield {
        rule: 'vfio-noresize-gap',
        severity: severityOf(one, 'warning'),
        at: one.at,
        message: `Unmasking ${entriesText([{ first, last }])} of ${name} disables its MSI-X ${oftenText(times)} while handlers are live: ${counted(hit, 'interrupt')} of ${guest.name} may be lost; ${why}`,
        functions: [fn],
        facts: { fn: name, vm: guest.name, first, last, times, hit, obstacle: obstacle ?? 'none' },
      };
    }
  },
};

const oftenText = (times: number): string => (times === 1 ? 'once' : `${times} times`);
