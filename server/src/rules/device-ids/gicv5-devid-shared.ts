import { gicv5Device } from '../../controllers/gicv5-its/index.ts';
import { endOf, type Outcome, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { at, hex, relatedTo } from '../sharing.ts';
import { effectOf } from '../vectors.ts';
import { counted } from '../words.ts';

export const gicv5DevidShared: Rule = {
  id: 'gicv5-devid-shared',
  severity: 'error',
  title: 'GICv5: a DeviceID has room for one function only',
  checks: 'On a GICv5 ITS no function asks for messages under a DeviceID that is registered already.',
  why: `The GICv5 ITS driver registers a DeviceID for the function that asks first, and for none else ("A device with this DeviceID has already been registered", -EBUSY): its MSI domain is not made, and the driver is told -ENODEV. Behind an aliasing bridge only the first one has messages, until its driver goes.

A function may be in its own way: freeing a number of MSI messages that is no power of two leaves events behind, the kernel then keeps the table with a warning, and the DeviceID stays registered until reboot.`,
  remedy:
    'Keep functions off aliasing bridges: below root ports each has its own DeviceID. Ask for a power of two of MSI messages.',
  sources: [
    'Linux 7.2: gicv5_its_alloc_device, gicv5_its_msi_teardown, drivers/irqchip/irq-gic-v5-its.c; its_v5_pci_msi_prepare, irq-gic-its-msi-parent.c',
  ],
  *check(context) {
    const { topology, machine } = context;
    if (!machine.controllers.some(({ type }) => type === 'gicv5')) return;
    for (const outcome of shortfalls(context)) {
      const refused = effectOf(outcome, 'no-table');
      if (refused?.why !== 'taken' || refused.owner === undefined) continue;
      const { fn, name } = outcome;
      const { deviceId } = refused;
      const owner = at(topology, refused.owner).name;
      const id = `GICv5 ITS: DeviceID ${hex(deviceId)}`;
      const left = leftBehind(outcome, deviceId);
      yield {
        rule: 'gicv5-devid-shared',
        severity: severityOf(outcome, 'error'),
        at: outcome.at,
        message:
          refused.owner === fn
            ? `${id} stays registered by ${counted(left, 'event')} that ${name} left behind: it is refused (-EBUSY) and gets ${endOf(outcome)}`
            : `${id} is registered for ${owner}: ${name} is its second user, refused (-EBUSY), and gets ${endOf(outcome)}`,
        related: refused.owner === fn ? [] : relatedTo(topology, [refused.owner], () => `${owner} has the DeviceID`),
        functions: refused.owner === fn ? [fn] : [fn, refused.owner],
        facts: { fn: name, owner, deviceId },
      };
    }
  },
};

/** Events of the DeviceID's table that are taken. */
function leftBehind({ step, first }: Outcome, deviceId: number): number {
  const controller = step.state.controllers[first.requester?.controller ?? 0];
  const device =
    controller?.type === 'gicv5' ? gicv5Device(controller, first.requester?.its ?? 0, deviceId) : undefined;
  return device?.used.reduce((sum, run) => sum + run.last - run.first + 1, 0) ?? 0;
}
