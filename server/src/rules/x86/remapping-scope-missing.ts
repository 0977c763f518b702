import { failureText } from '../../base/result.ts';
import type { HostBridge } from '../../model/machine.ts';
import { hostBridgeOf } from '../../timeline/requester.ts';
import { type Outcome, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { counted } from '../words.ts';

export const remappingScopeMissing: Rule = {
  id: 'remapping-scope-missing',
  severity: 'error',
  title: 'functions are outside the scope of every interrupt remapping unit',
  checks:
    'On a machine with interrupt remapping each function that asks for MSI or MSI-X is in the scope of some unit.',
  why: 'With interrupt remapping on, the MSI domain of a function is that of the unit that has it in its scope (DMAR or IVRS table). A function that none has gets no MSI domain: Linux 6.1 logs a warning and answers -ENODEV, later kernels -ENOTSUPP. Drivers fall back to INTx or fail.',
  remedy:
    "Let a unit have the root in its scope: `remapping-unit` with the unit's number. On real hardware that is the firmware's table.",
  sources: [
    'Linux 7.2: intel_irq_remapping_select, drivers/iommu/intel/irq_remapping.c',
    'Recorded machine: x86-multimsi-ir-smp4-61',
  ],
  *check(context) {
    const { machine, topology } = context;
    if (machine.hostBridges.every(({ remappingUnit }) => remappingUnit !== 'none')) return;
    if (!machine.controllers.some((one) => one.type === 'x86-apic' && one.remapping !== 'none')) return;
    const victims = new Map<HostBridge, Outcome[]>();
    for (const outcome of shortfalls(context)) {
      const hostBridge = hostBridgeOf(topology, topology.functions[outcome.fn]);
      if (hostBridge?.remappingUnit !== 'none') continue;
      const known = victims.get(hostBridge);
      if (known === undefined) victims.set(hostBridge, [outcome]);
      else if (known.every(({ fn }) => fn !== outcome.fn)) known.push(outcome);
    }
    for (const [{ decl }, [first, ...others]] of victims) {
      if (first === undefined) continue;
      const who = others.length === 0 ? `${first.name} is` : `${first.name} and ${counted(others.length, 'other')} are`;
      const silent = [first, ...others].every(({ last }) => last.mode === 'intx');
      const end = first.calls.find(({ errno }) => errno !== undefined)?.errno ?? 'ENODEV';
      yield {
        rule: 'remapping-scope-missing',
        severity: silent ? 'warning' : 'error',
        at: { decl, part: { value: 'remapping-unit' } },
        message: `${who} outside every remapping unit: MSI fails${silent ? ', and INTx is left' : `: ${failureText(end)}`}`,
        related: [first, ...others]
          .slice(0, RELATED_SHOWN)
          .map(({ at, name }) => ({ at, message: `${name} asks for it` })),
        functions: [first, ...others].map(({ fn }) => fn),
        facts: { fn: first.name, functions: others.length + 1 },
      };
    }
  },
};

/** Functions shown with a finding. */
const RELATED_SHOWN = 8;
