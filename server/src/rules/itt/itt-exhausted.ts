import { deviceIdOf, endOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { eventShortageOf, freeEventsAt, tableOf } from '../shortage.ts';
import { counted } from '../words.ts';
import { takersOf } from './sharers.ts';

export const ittExhausted: Rule = {
  id: 'itt-exhausted',
  severity: 'error',
  title: 'no events left in the table of a DeviceID: the driver gets no messages',
  checks:
    'Each call for MSI or MSI-X vectors is allocated in the interrupt translation table of its DeviceID, in the order of the boot and of the scenario; at the end the driver has messages.',
  why: `A table has as many events as were wanted when it was made: below a bridge the sum of what stands there, elsewhere what its first user asks for or offers, depending on the kernel. It cannot grow: that would mean to unmap the DeviceID first, and interrupts that arrive meanwhile are lost.

When fewer events are free than the driver's minimum, Linux maps the ones there are, finds one missing, discards them again and returns -ENOSPC. With INTx among the allowed kinds the driver silently ends on a shared line.`,
  remedy:
    'Give the function a DeviceID of its own by a root port, which the quick-fix does, or ask for fewer vectors. A scenario that wants to see this failure says so: `expect NAME { error = ENOSPC }`, or `{ mode = intx }` where the driver falls back.',
  sources: [
    'Linux 7.2: its_alloc_device_irq, its_msi_prepare, drivers/irqchip/irq-gic-v3-its.c',
    'Marc Zyngier, 2019: the table cannot grow; "have enough PCIe ports"',
    'Recorded machines: bridge-hotplug, bridge-empty-hotplug, plain-pci-bridge (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      if (outcome.messages > 0 || eventShortageOf(outcome) !== 'plain') continue;
      const { first, fn, name, wanted } = outcome;
      const table = tableOf(outcome);
      const total = table?.lpiCount ?? 0;
      const free = table ? freeEventsAt(outcome, table) : 0;
      yield {
        rule: 'itt-exhausted',
        severity: severityOf(outcome, 'error'),
        at: outcome.at,
        message: `${name} needs ${needs(first.request.min, wanted)}, the table of ${deviceIdOf(outcome)} has ${free} of ${total} free: ${endOf(outcome)}`,
        related: takersOf(outcome),
        functions: [fn],
        facts: { fn: name, min: first.request.min, wanted, free, total, deviceId: first.requester?.deviceId ?? 0 },
      };
    }
  },
};

const needs = (min: number, wanted: number): string =>
  min >= wanted ? counted(wanted, 'event') : `${min} to ${wanted} events`;
