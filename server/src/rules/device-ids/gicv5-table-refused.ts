import { sizeText } from '../../schema/describe.ts';
import { endOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { effectOf } from '../vectors.ts';

export const gicv5TableRefused: Rule = {
  id: 'gicv5-table-refused',
  severity: 'error',
  title: 'GICv5: a translation table that Linux does not make',
  checks:
    'The table of every function on a GICv5 ITS, a power of two of events for all its MSI-X table or MSI capability offers, is one that Linux makes.',
  why: `A table must not need more EventID bits than the ITS has. And where the ITS takes tables of two levels, one length in the middle is refused: with as many events as a second-level table has entries, 512 with 4 KiB pages, the kernel decides for two levels (it compares with "more than") and then declines to build them (it compares with "at least").

Either way registering the device fails with -EINVAL, its MSI domain is not made, and the driver is told -ENODEV for MSI-X, whatever number of vectors it asks for.`,
  remedy:
    'Give the function another table size: up to 256 entries or more than 512, with 4 KiB pages. An ITS with more `event-id-bits`, or with tables of one level (`indirect = false`), takes it.',
  sources: [
    'Linux 7.2, by reading: gicv5_its_device_register, gicv5_its_l2sz_two_level, gicv5_its_create_itt_two_level, drivers/irqchip/irq-gic-v5-its.c',
  ],
  *check(context) {
    const { machine } = context;
    if (!machine.controllers.some(({ type }) => type === 'gicv5')) return;
    for (const outcome of shortfalls(context)) {
      const refused = effectOf(outcome, 'no-table');
      if (refused?.why !== 'event-id-bits' && refused?.why !== 'one-page') continue;
      const { fn, name, first } = outcome;
      const { events } = refused;
      const controller = machine.controllers[first.requester?.controller ?? 0];
      const its = controller?.type === 'gicv5' ? controller.itses[first.requester?.its ?? 0] : undefined;
      const why =
        refused.why === 'event-id-bits'
          ? `, and ${its?.name ?? 'the ITS'} has ${its?.eventIdBits ?? 0} EventID bits`
          : `, just one second-level table with pages of ${sizeText(machine.pageSizeBytes)}, which Linux declines to make`;
      yield {
        rule: 'gicv5-table-refused',
        severity: severityOf(outcome, 'error'),
        at: outcome.at,
        message: `${name} needs a table of ${events} events${why} (-EINVAL): it gets ${endOf(outcome)}`,
        related:
          its === undefined ? [] : [{ at: { decl: its.decl, part: 'header' }, message: 'the ITS is declared here' }],
        functions: [fn],
        facts: { fn: name, events },
      };
    }
  },
};
