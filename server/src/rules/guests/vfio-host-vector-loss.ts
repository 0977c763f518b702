import { failureText } from '../../base/result.ts';
import type { RuleContext } from '../context.ts';
import { type Befallen, befallen, severityOf } from '../guest-events.ts';
import type { Related, Rule } from '../rule.ts';
import { capital, counted, entriesText } from '../words.ts';

export const vfioHostVectorLoss: Rule = {
  id: 'vfio-host-vector-loss',
  severity: 'error',
  title: 'the host has no vector for an entry that a guest unmasks',
  checks: 'Each entry that a guest unmasks gets an interrupt and a handler on the host.',
  why: 'The guest’s own allocation succeeded long before: on the host interrupts are allocated when the guest enables MSI-X, but on x86 a CPU vector is taken when the guest unmasks the entry, and then there may be none. No part of MSI-X tells the guest that an unmask failed. QEMU prints an error, the guest goes on, and the entry never fires. In the flow that disables and enables again, vfio-pci gives everything back when one handler fails: all entries of the function are silent then. Ending the guest (`on-error = kill`) is the only outcome that it notices.',
  remedy:
    'Fewer entries per guest, fewer guests or more CPUs, so that the host holds all of them; `irqtopo show` says how many vectors are left.',
  sources: [
    'QEMU 10.0: vfio_msix_vector_do_use, hw/vfio/pci.c',
    'Linux 7.2: vfio_msi_set_block, drivers/vfio/pci/vfio_pci_intrs.c; assign_irq_vector_any_locked, arch/x86/kernel/apic/vector.c',
  ],
  *check(context) {
    for (const one of befallen(context, 'lost')) {
      const { event, guest, name } = one;
      const { fn, entry, errno, entries } = event;
      const several = entries.length > 1 || entries.some(({ first, last }) => last > first);
      yield {
        rule: 'vfio-host-vector-loss',
        severity: severityOf(one, 'error'),
        at: one.at,
        message: `${capital(entriesText(entries))} of ${name} will never fire in ${guest.name}: at the unmask of entry ${entry} ${hostText(one)} (${failureText(errno)}), and the guest is not told${several && isTornDown(one) ? '; the others went with it' : ''}`,
        related: hostRelated(context),
        functions: [fn],
        facts: { fn: name, vm: guest.name, entry, errno, killed: 0 },
      };
    }
    for (const one of befallen(context, 'killed')) {
      const { event, guest, name } = one;
      const { fn, entry, errno } = event;
      yield {
        rule: 'vfio-host-vector-loss',
        severity: severityOf(one, 'error'),
        at: one.at,
        message: `${guest.name} is killed at the unmask of entry ${entry} of ${name}: ${hostText(one)} (${failureText(errno)})`,
        related: hostRelated(context),
        functions: [fn],
        facts: { fn: name, vm: guest.name, entry, errno, killed: 1 },
      };
    }
  },
};

/** The flow gave everything back when one handler failed. */
const isTornDown = ({ event, step }: Befallen): boolean => step.state.guests?.passed.get(event.fn)?.flow === 'grow';

function hostText({ step }: Befallen): string {
  const apic = step.state.controllers.find((controller) => controller.type === 'x86-apic');
  if (apic?.type !== 'x86-apic') return 'the host has nothing left for it';
  const cpus = apic.matrix.online.length;
  return `no vector is left on the ${cpus === 1 ? 'one CPU' : counted(cpus, 'CPU')} of the host`;
}

function hostRelated({ machine }: RuleContext): readonly Related[] {
  return machine.controllers.flatMap(({ decl, type }) =>
    type === 'x86-apic' ? [{ at: { decl, part: 'header' as const }, message: 'The vectors of the host are here' }] : [],
  );
}
