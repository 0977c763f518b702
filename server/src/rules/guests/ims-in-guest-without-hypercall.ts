import { nameOf } from '../nodes.ts';
import type { Rule } from '../rule.ts';

export const imsInGuestWithoutHypercall: Rule = {
  id: 'ims-in-guest-without-hypercall',
  severity: 'error',
  title: 'a guest that cannot ask for address and data pairs is to use interrupt message storage',
  checks: 'A VM whose assigned function uses message storage has a hypercall for address and data pairs.',
  why: 'The interrupt controller makes the address and data of a message; a device only stores them and sends them. A guest’s controller is emulated, so the pairs that it makes mean nothing to the hardware. MSI and MSI-X work all the same, because they stand in the capability or in the table, where the VMM sees the write and puts the real pair in. Message storage is the device’s own affair: a register, a queue’s memory, a cache line. No VMM can trap that, and no PCI capability can say what the device does. Without a hypercall by which the platform hands out real pairs, the device would send interrupts to an address that belongs to somebody else, so it must be refused.',
  remedy: 'A platform with such a hypercall (`interrupt-hypercall = true`), or MSI-X in the guest.',
  sources: ['The discussion of 2020 on device MSI and IMS: who owns the address and data pair'],
  *check({ machine }) {
    for (const vm of machine.vms) {
      if (vm.interruptHypercall) continue;
      for (const { decl, node, ims } of vm.assignments) {
        if (ims === 0) continue;
        const [name, guest] = [nameOf(node), vm.name ?? 'the guest'];
        yield {
          rule: 'ims-in-guest-without-hypercall',
          at: { decl, part: { property: 'ims' } },
          message: `Guest IMS on ${name}: the address and data pair must come from the platform, and ${guest} has no hypercall to ask for it; ${name} gets no message storage`,
          related: [{ at: { decl: vm.decl, part: 'header' }, message: 'It would need interrupt-hypercall = true' }],
          facts: { fn: name, vm: guest },
        };
      }
    }
  },
};
