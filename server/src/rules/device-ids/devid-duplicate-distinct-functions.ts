import type { Rule } from '../rule.ts';
import { at, hex, listOf, relatedTo, sharedDeviceIds } from '../sharing.ts';

export const devidDuplicateDistinctFunctions: Rule = {
  id: 'devid-duplicate-distinct-functions',
  severity: 'warning',
  title: 'an msi-map gives one DeviceID to functions with different IDs',
  checks: 'Functions whose messages arrive with different requester IDs have different DeviceIDs.',
  why: `A mask or overlapping entries can map several requester IDs onto one DeviceID. Linux knows nothing of it when it sizes the table: the sum over functions is taken for bridges only, so the table is sized for whoever asks first (Linux 6.1: the vectors it asks for; 6.12: its MSI-X table or MSI request; 7.2: its capability).

The second to ask finds the table, marks it shared, and takes what is left. A shared table is never freed.`,
  remedy: 'Give each requester ID a DeviceID of its own: a full mask, and entries that do not run into one another.',
  sources: [
    'Linux 7.2: its_msi_prepare, drivers/irqchip/irq-gic-v3-its.c',
    'Recorded machines: msimap-mask, devid0-all (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    const { topology } = context;
    for (const { sharers, deviceId, controller } of sharedDeviceIds(context)) {
      const [first] = sharers;
      if (first === undefined || controller.type !== 'gicv3') continue;
      const others = sharers.filter(({ path }) => path.aliasedRequesterId !== first.path.aliasedRequesterId);
      const [second] = others;
      if (second === undefined) continue;
      const names = others.map(({ fn }) => at(topology, fn).name);
      yield {
        rule: 'devid-duplicate-distinct-functions',
        at: { decl: at(topology, second.fn).node.decl, part: 'header' },
        message: `${listOf(names)} and ${at(topology, first.fn).name} map to DeviceID ${hex(deviceId)}: they share a table sized for ${at(topology, first.fn).name} alone`,
        related: relatedTo(
          topology,
          sharers.map(({ fn }) => fn),
          ({ name }) => `${name} has DeviceID ${hex(deviceId)}`,
        ),
        functions: [second.fn, first.fn, ...others.slice(1).map(({ fn }) => fn)],
        facts: { a: at(topology, first.fn).name, b: at(topology, second.fn).name, deviceId },
      };
    }
  },
};
