import { guestsOf } from '../../timeline/guests/assigned.ts';
import type { Rule } from '../rule.ts';

export const vmCannotStart: Rule = {
  id: 'vm-cannot-start',
  severity: 'error',
  title: 'a VM cannot start: a function that is assigned to it is not to be had',
  checks:
    'When a VM starts, at boot or by a step, it does not run yet, and each of its functions is present, bound to vfio-pci and in no other VM’s use.',
  why: 'The VMM opens each function’s VFIO group before the guest runs. A function that is not there has no group, one without vfio-pci cannot be opened, and one that is open belongs to somebody else (-EBUSY). QEMU then ends with an error, and the VM is off.',
  remedy:
    'Plug the function in first, with `autostart = false` until then; assign each function to one VM that runs at a time.',
  sources: ['QEMU 10.0: vfio_realize, hw/vfio/pci.c', 'docs/language.md, "Scenarios"'],
  *check({ boot, topology }) {
    const [start] = boot.steps;
    const guests = guestsOf(topology);
    for (const { vm, message } of start?.refused ?? []) {
      const guest = vm === undefined ? undefined : guests[vm];
      if (guest === undefined) continue;
      yield {
        rule: 'vm-cannot-start',
        at: { decl: guest.vm.decl, part: 'header' },
        message,
        facts: { vm: guest.name },
      };
    }
  },
};
