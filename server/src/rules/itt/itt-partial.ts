import { roundUpToPowerOfTwo } from '../../base/powers.ts';
import { deviceIdOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { eventShortageOf, freeEventsAt, tableOf } from '../shortage.ts';
import { takersOf } from './sharers.ts';

export const ittPartial: Rule = {
  id: 'itt-partial',
  severity: 'warning',
  title: 'a driver gets fewer vectors than it asks for',
  checks: 'Each call for MSI or MSI-X vectors gets as many as the driver asks for and the function offers.',
  why: 'MSI-X is allocated event by event: with k free, Linux maps k, discards them, and tries again with exactly k, if that is enough. Multi-MSI needs one aligned region: when there is none, the next try is for a single message, not for half. Queues then share vectors, or are not used at all.',
  remedy:
    'Give the function a DeviceID of its own by a root port, or let others in the same table ask for fewer vectors.',
  sources: [
    'Linux 7.2: __pci_enable_msix_range, __pci_enable_msi_range, drivers/pci/msi/msi.c; its_alloc_device_irq, drivers/irqchip/irq-gic-v3-its.c',
    'Recorded machines: bridge-hotplug, bridge-multimsi-frag (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      if (outcome.messages === 0 || eventShortageOf(outcome) !== 'plain') continue;
      const { fn, name, wanted, messages, last } = outcome;
      const table = tableOf(outcome);
      if (table === undefined) continue;
      const { lpiCount: total } = table;
      const free = freeEventsAt(outcome, table);
      const run = roundUpToPowerOfTwo(wanted);
      const block = last.mode === 'msi' && wanted > 1 ? `; MSI takes an aligned run of ${run}, or a single event` : '';
      yield {
        rule: 'itt-partial',
        severity: severityOf(outcome, 'warning'),
        at: outcome.at,
        message: `${name} gets ${messages} of ${wanted} vectors: the table of ${deviceIdOf(outcome)} has ${free} of ${total} events free${block}`,
        related: takersOf(outcome),
        functions: [fn],
        facts: { fn: name, messages, wanted, free, total },
      };
    }
  },
};
