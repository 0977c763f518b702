import { size } from '../../base/intervals.ts';
import { afterBoot, headroom } from '../headroom.ts';
import { itsStateOf } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { at, hex, sharedDeviceIds } from '../sharing.ts';

export const hotplugHeadroomNone: Rule = {
  id: 'hotplug-headroom-none',
  severity: 'info',
  title: 'a hot-plug bridge whose table is full at boot',
  checks: 'A bridge that devices may be plugged in below has at least one free event after boot.',
  why: 'The table below an aliasing bridge has a power of two of events. When the functions present at boot take exactly all of them, whatever comes later gets -ENOSPC for MSI and MSI-X alike and is left with its INTx line.',
  remedy:
    'Plug into root ports instead, or turn hot-plug off below the bridge (`hotplug = none`) so that nobody counts on it.',
  sources: [
    'Linux 7.2: its_pci_msi_prepare, drivers/irqchip/irq-gic-its-msi-parent.c',
    'Recorded machines: bridge-hotplug, bridge-empty-hotplug (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    const told = new Set(headroom(context).map(({ bridge }) => bridge?.index));
    const state = afterBoot(context);
    for (const { bridge, deviceId, its, controller } of sharedDeviceIds(context)) {
      if (bridge === undefined || controller.type !== 'gicv3' || its === undefined || told.has(bridge)) continue;
      const { node, name } = at(context.topology, bridge);
      const position = context.machine.controllers.indexOf(controller);
      const device = itsStateOf(state, position)?.devices[controller.itses.indexOf(its)]?.get(deviceId);
      if (node.bridge?.hotplug === 'none' || device === undefined || size(device.used) < device.lpiCount) continue;
      yield {
        rule: 'hotplug-headroom-none',
        at: { decl: node.decl, part: 'header' },
        message: `${device.lpiCount === 1 ? 'The one event' : `All ${device.lpiCount} events`} of DeviceID ${hex(deviceId)} ${device.lpiCount === 1 ? 'is' : 'are'} taken at boot: what is hot-added below ${name} will use INTx`,
        functions: [bridge],
        facts: { bridge: name, events: device.lpiCount, deviceId },
      };
    }
  },
};
