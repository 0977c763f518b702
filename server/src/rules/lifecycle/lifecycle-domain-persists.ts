import type { ItsDevice } from '../../controllers/gicv3-its/state.ts';
import type { PciNode } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import type { StepResult } from '../../timeline/run.ts';
import { functionState, type MachineState } from '../../timeline/state.ts';
import { itsStateOf } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { at, hex } from '../sharing.ts';

export const lifecycleDomainPersists: Rule = {
  id: 'lifecycle-domain-persists',
  severity: 'info',
  title: 'vectors are given back, and the table stays',
  checks:
    'In a scenario on the rules of Linux 7.2, a function that gives its vectors back asks for others, or its driver goes.',
  why: 'Up to Linux 6.15 the last vector of a function takes its table along: MAPD with V=0, and the LPIs are free again. Since then the table belongs to the MSI domain of the function, which is made once and as large as the capability; it goes when the driver is unbound, the function is removed, or MSI and MSI-X change places. Until then nobody else has its LPIs, and another function with the same DeviceID finds it at its old size.',
  remedy: 'Nothing, if the driver asks again. `remove` and `unplug` take the table along.',
  sources: [
    'Linux 7.2: msi_remove_device_irq_domain, kernel/irq/msi.c; its_msi_teardown, drivers/irqchip/irq-gic-its-msi-parent.c',
    'Recorded machine: linux-7.2-msix-partial-request',
  ],
  *check({ runs }) {
    for (const { steps } of runs) {
      for (const number of lastDisables(steps)) {
        const result = steps[number];
        const before = steps[number - 1]?.state;
        if (before === undefined || result?.step === undefined) continue;
        for (const { fn, device } of tablesLeft(before, result)) {
          const { name } = at(result.state.topology, fn);
          const lpis = device.lpiCount === 1 ? 'Its LPI is' : `Its ${device.lpiCount} LPIs are`;
          yield {
            rule: 'lifecycle-domain-persists',
            at: { decl: result.step.decl, part: 'header' },
            message: `${name} keeps the table of DeviceID ${hex(device.deviceId)}. ${lpis} free when its driver or the function goes, or MSI and MSI-X change places`,
            functions: [fn],
            facts: { fn: name, deviceId: device.deviceId, lpis: device.lpiCount },
          };
        }
      }
    }
  },
};

/** Numbers of the `disable` steps whose functions do not ask again before their driver goes. */
function lastDisables(steps: readonly StepResult[]): readonly number[] {
  const again = new Set<PciNode>();
  const found: number[] = [];
  for (let number = steps.length - 1; number > 0; number--) {
    const step = steps[number]?.step;
    if (step === undefined || !('subjects' in step) || step.subjects === 'machine') continue;
    const nodes = step.subjects.map(({ node }) => node);
    if (step.op === 'enable') for (const node of nodes) again.add(node);
    if (step.op === 'remove' || step.op === 'unplug') for (const node of nodes) again.delete(node);
    if (step.op === 'disable' && !nodes.every((node) => again.has(node))) found.push(number);
  }
  return found.reverse();
}

/** The tables of their own that functions keep after a `disable` that took vectors from them. */
function* tablesLeft(
  before: MachineState,
  { step, state }: StepResult,
): Iterable<{ readonly fn: FunctionIndex; readonly device: ItsDevice }> {
  if (step?.op !== 'disable' || state.topology.machine.rules !== '7.2') return;
  for (const { node, numbers } of step.subjects) {
    for (const number of numbers) {
      const fn = state.topology.byNode.get(node)?.[number];
      if (fn === undefined || functionState(before, fn).vectors.length === 0) continue;
      const { requester, vectors } = functionState(state, fn);
      if (requester === undefined || vectors.length > 0) continue;
      const device = itsStateOf(state, requester.controller)?.devices[requester.its]?.get(requester.deviceId);
      // What shares a table never frees it, and what was left behind is another finding.
      if (device !== undefined && !device.shared && device.used.length === 0) yield { fn, device };
    }
  }
}
