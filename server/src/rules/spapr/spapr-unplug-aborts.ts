import { machineTypeText } from '../firmware-calls.ts';
import type { Rule } from '../rule.ts';

export const spaprUnplugAborts: Rule = {
  id: 'spapr-unplug-aborts',
  severity: 'error',
  title: 'QEMU aborts when a function is taken out',
  checks: 'No scenario takes a function out of a pseries machine of type 3.1 or older that a newer QEMU runs.',
  why: 'When Linux isolates the function, QEMU takes it out of the machine. With pseries-3.0 and pseries-3.1 QEMU 7.2 fails an assertion over it (memory_region_del_subregion), and the guest is gone. With pseries-7.2 the same steps work.',
  remedy: 'Use a newer machine type, or leave the function in.',
  sources: [
    'Recorded machines: spapr-hotplug-pseries30-61, spapr-hotplug-pseries31-61, spapr-hotplug-dual-61 (QEMU 7.2.22)',
  ],
  *check({ machine, runs }) {
    for (const run of runs) {
      let before = false;
      for (const { step, state } of run.steps) {
        const aborted = state.aborted !== undefined;
        if (aborted && !before && step?.op === 'unplug') {
          yield {
            rule: 'spapr-unplug-aborts',
            at: { decl: step.decl, part: 'header' },
            message: `QEMU aborts when a function of ${machineTypeText(machine)} is taken out`,
          };
        }
        before = aborted;
      }
    }
  },
};
