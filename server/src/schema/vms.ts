/** `vm` and `assign`. */
import { KVM_ROUTES, ROUTES_MAX } from './hypervisor-tables.ts';
import type { KindSchema } from './types.ts';
import { anyOf, boolean, is, keyword, MSI_INDEX_MAX, number, optional, says, version, word } from './values.ts';

export const vmKinds: readonly KindSchema[] = [
  {
    word: 'vm',
    doc: 'A guest on this machine, to which functions of the machine are assigned. Those with `autostart` are started by `boot`, in file order, after all host drivers have probed.',
    example: 'vm guest[4] { os = linux-6.12; assign v { flow = dynamic } }',
    parents: ['top'],
    name: { role: 'declares', scope: 'names', required: false, count: true },
    type: { take: 'none' },
    takesAt: false,
    takesHotplug: false,
    properties: [
      optional('os', version('linux'), is('linux-7.2'), "The guest's kernel."),
      optional(
        'vmm',
        anyOf(version('qemu'), keyword(word('none', 'No VMM limits.'))),
        is('qemu-10.0'),
        'The VMM it runs under. QEMU adds MSI-X entries one by one from 8.2 on.',
        { source: 'QEMU hw/vfio/pci.c' },
      ),
      optional(
        'routes',
        number(1, ROUTES_MAX),
        is(KVM_ROUTES),
        'Interrupt routes of this VM; each vector in use holds one. `1024` in VMMs made of the Rust VMM libraries.',
        {
          source: 'Linux include/linux/kvm_host.h: KVM_MAX_IRQ_ROUTES',
        },
      ),
      optional(
        'interrupt-hypercall',
        boolean,
        is(false),
        'The guest can ask the hypervisor for address and data pairs. Without it, IMS cannot work in a guest.',
      ),
      optional('autostart', boolean, is(true), 'Started by `boot`; `false`: waits for `start`.'),
      optional(
        'on-error',
        keyword(word('ignore', 'The guest is not told: the interrupt is lost.'), word('kill', 'The guest is killed.')),
        is('ignore'),
        'What the VMM does when the host has no vector left at the moment the guest unmasks an entry.',
        { source: 'QEMU hw/vfio/pci.c: vfio_msix_vector_do_use' },
      ),
    ],
  },
  {
    word: 'assign',
    doc: 'Gives an endpoint or a VF of the machine to the guest; its driver on the host is then vfio-pci. In an array of VMs a name without index means the element in the same place: `vm g[4] { assign v }` gives `g[2]` the function `v[2]`.',
    example: 'vm guest { assign nic0 { entries = 4; flow = grow } }',
    parents: ['vm'],
    name: { role: 'refers', to: ['endpoint', 'vf'], required: true },
    type: { take: 'none' },
    takesAt: false,
    takesHotplug: false,
    properties: [
      optional(
        'entries',
        number(0, MSI_INDEX_MAX),
        says('all of its table'),
        'Entries the guest unmasks when it starts, from 0 on; `0` leaves it to the steps of a scenario.',
      ),
      optional(
        'flow',
        keyword(
          word('allocate-up-front', 'The host allocates for all entries when the guest enables MSI-X.'),
          word(
            'grow',
            'Each entry beyond those allocated disables all and enables one more: interrupts in between are lost.',
          ),
          word('dynamic', 'The host allocates one by one, and nothing is torn down.'),
        ),
        says('`grow` or `dynamic`, by `os` and `vmm`'),
        'How the VMM follows the guest. `dynamic` needs x86 with Linux 6.5 or later, and QEMU 8.2 or later.',
        { source: 'Linux drivers/vfio/pci/vfio_pci_intrs.c; QEMU hw/vfio/pci.c' },
      ),
      optional(
        'ims',
        anyOf(number(0, MSI_INDEX_MAX), { is: 'boolean' }),
        is(false),
        'How many IMS entries the guest uses; `true` means all.',
      ),
    ],
  },
];
