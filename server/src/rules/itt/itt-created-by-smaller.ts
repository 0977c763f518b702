import { deviceIdOf, endOf, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { at } from '../sharing.ts';
import { eventShortageOf, freeEventsAt, tableOf } from '../shortage.ts';

export const ittCreatedBySmaller: Rule = {
  id: 'itt-created-by-smaller',
  severity: 'warning',
  title: 'a table was sized by a function that needs less than a later one',
  checks:
    'Where a call finds the table of its DeviceID made by another function, that table is as large as the call wants, were it alone there.',
  why: 'The first function to ask sizes the table for all: below a bridge by what is present at that moment, after an msi-map by what it asks for itself (Linux 6.1), by its MSI-X table (6.12) or its capability (7.2). The table is shared from then on, is never freed, and never grows, even when it is empty. Whoever wants more than it has gets what is free, or -ENOSPC when that is less than its minimum.',
  remedy:
    'Bind the function that needs most first, or have it present when the first one asks. Better: give it a DeviceID of its own.',
  sources: [
    'Linux 7.2: its_msi_prepare, its_create_device, drivers/irqchip/irq-gic-v3-its.c',
    'Recorded machines: bridge-empty-hotplug, msimap-mask (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      const table = tableOf(outcome);
      if (eventShortageOf(outcome) !== 'small' || table === undefined) continue;
      const { fn, name, wanted, messages, first } = outcome;
      const creator = at(outcome.step.state.topology, table.createdBy);
      yield {
        rule: 'itt-created-by-smaller',
        severity: severityOf(outcome, messages < first.request.min ? 'error' : 'warning'),
        at: outcome.at,
        message: `The table of ${deviceIdOf(outcome)} was sized ${table.lpiCount} by ${creator.name} and can never grow; ${name} wants ${wanted} and gets ${endOf(outcome)}`,
        related: [{ at: { decl: creator.node.decl, part: 'header' }, message: `${creator.name} asked first` }],
        functions: [fn, table.createdBy],
        facts: {
          fn: name,
          first: creator.name,
          size: table.lpiCount,
          free: freeEventsAt(outcome, table),
          wanted,
          messages,
        },
      };
    }
  },
};
