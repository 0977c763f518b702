import { type Intervals, size } from '../../base/intervals.ts';
import { roundUpToPowerOfTwo } from '../../base/powers.ts';
import { deviceIdOf, deviceOf, endOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { eventShortageOf } from '../shortage.ts';
import { takersOf } from './sharers.ts';

export const ittFragmentedMultiMsi: Rule = {
  id: 'itt-fragmented-multi-msi',
  severity: 'warning',
  title: 'enough events are free, but not in one aligned run',
  checks: 'A call for several MSI messages finds a free run of events, a power of two long and aligned to its length.',
  why: 'The messages of multi-MSI differ in the low bits of one data value, so their events must be an aligned block. Single MSI-X vectors of neighbours in the same table, and what blocks that were no power of two left behind, break the space up. Linux then tries a single message; with a larger minimum the call ends in -ENOSPC.',
  remedy: 'Use MSI-X where the function has it, or a DeviceID of its own; the quick-fixes do either.',
  sources: [
    'Linux 7.2: its_alloc_device_irq (bitmap_find_free_region), drivers/irqchip/irq-gic-v3-its.c; msi_handle_pci_fail, kernel/irq/msi.c',
    'Recorded machine: bridge-multimsi-frag (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      const { fn, name, wanted, messages, first } = outcome;
      if (eventShortageOf(outcome) !== 'fragmented') continue;
      const device = deviceOf(outcome.step.state, outcome);
      if (device === undefined) continue;
      const run = roundUpToPowerOfTwo(wanted);
      const free = device.lpiCount - size(device.used) + messages;
      yield {
        rule: 'itt-fragmented-multi-msi',
        severity: severityOf(outcome, messages < first.request.min ? 'error' : 'warning'),
        at: outcome.at,
        message: `${wanted} MSI messages of ${name} need an aligned run of ${run} events; of the ${free} free ones in the table of ${deviceIdOf(outcome)} the largest such run is ${largestAlignedRun(device.used, device.lpiCount)}: ${endOf(outcome)}`,
        related: takersOf(outcome),
        functions: [fn],
        facts: { fn: name, wanted, run, free },
      };
    }
  },
};

/** Length of the longest free, aligned, power-of-two run in events 0 .. total-1. */
function largestAlignedRun(used: Intervals, total: number): number {
  let largest = 0;
  let from = 0;
  for (const { first, last } of [...used, { first: total, last: total }]) {
    for (let run = roundUpToPowerOfTwo(total); run > largest; run /= 2) {
      if (Math.ceil(from / run) * run + run <= first) largest = run;
    }
    from = last + 1;
  }
  return largest;
}
