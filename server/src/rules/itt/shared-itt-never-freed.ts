import { itsStateOf, mayShareTables } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { at, deviceIdGroups, hex, listOf } from '../sharing.ts';
import { capital, theCounted } from '../words.ts';

export const sharedIttNeverFreed: Rule = {
  id: 'shared-itt-never-freed',
  severity: 'info',
  title: 'the LPIs of a shared table stay reserved until reboot',
  checks: 'Tables that several functions share, or that stand for a bridge, after boot.',
  why: "Linux frees a table when its last event is freed (6.1, 6.12) or its driver goes (7.2), but not one that is marked shared: it cannot know who else relies on it. A bridge's table is shared from birth, even with one function below. Neither removing all functions nor the bridge itself gives the LPIs back; a bridge plugged in its place inherits the old table, at its old size.",
  remedy: 'Nothing has to change while LPIs are plentiful. Behind root ports tables come and go with their functions.',
  sources: [
    'Linux 7.2: its_msi_prepare, its_msi_teardown, drivers/irqchip/irq-gic-v3-its.c',
    'Recorded machines: bridge-reprobe, bridge-hotplug-whole, bridge-single (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    const state = context.boot.steps.at(-1)?.state;
    if (state === undefined || !mayShareTables(context)) return;
    for (const { deviceId, sharers, bridge, its, controller } of deviceIdGroups(context)) {
      if (controller.type !== 'gicv3' || its === undefined) continue;
      const position = context.machine.controllers.indexOf(controller);
      const device = itsStateOf(state, position)?.devices[controller.itses.indexOf(its)]?.get(deviceId);
      const first = sharers[0];
      if (!device?.shared || first === undefined) continue;
      const owner = at(context.topology, bridge ?? first.fn);
      const names = sharers.map(({ fn }) => at(context.topology, fn).name);
      const sharedBy = bridge === undefined ? `shared by ${listOf(names)}` : `shared below ${owner.name}`;
      yield {
        rule: 'shared-itt-never-freed',
        at: { decl: owner.node.decl, part: 'header' },
        message: `${capital(theCounted(device.lpiCount, 'LPI'))} of DeviceID ${hex(deviceId)}, ${sharedBy}, ${device.lpiCount === 1 ? 'stays' : 'stay'} reserved until reboot`,
        functions: sharers.map(({ fn }) => fn),
        facts: { owner: owner.name, lpis: device.lpiCount, deviceId },
      };
    }
  },
};
