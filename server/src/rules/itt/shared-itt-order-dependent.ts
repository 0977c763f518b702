import type { FunctionIndex, Topology } from '../../pci/topology.ts';
import { newLog } from '../../timeline/log.ts';
import { probe } from '../../timeline/probe.ts';
import { countVectors, functionState, initialState, type MachineState } from '../../timeline/state.ts';
import type { Rule } from '../rule.ts';
import { at, enumerationAfterBoot, relatedTo, sharedDeviceIds } from '../sharing.ts';

export const sharedIttOrderDependent: Rule = {
  id: 'shared-itt-order-dependent',
  severity: 'info',
  title: 'how many vectors a function gets depends on who is probed first',
  checks:
    'The functions of a shared DeviceID are probed in their order at boot and in the reverse order; each gets the same number of vectors both times.',
  why: 'Who asks first makes the table and takes the lowest events. At boot the order is that of the buses; with asynchronous probing, modules loaded later or drivers bound by hand it is another, and other functions come away empty-handed.',
  remedy: 'Give the functions DeviceIDs of their own, or make the requests small enough for any order.',
  sources: [
    'Linux 7.2: its_msi_prepare, drivers/irqchip/irq-gic-v3-its.c; driver_probe_device, drivers/base/dd.c',
    'Recorded machine: msimap-mask (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    const { topology } = context;
    const off: MachineState = { ...initialState(topology), enumeration: enumerationAfterBoot(context) };
    for (const { sharers, controller } of sharedDeviceIds(context)) {
      // A GICv5 shares nothing: who comes second there is told by gicv5-devid-shared.
      if (controller.type !== 'gicv3') continue;
      const functions = sharers.map(({ fn }) => fn).filter((fn) => at(topology, fn).node.bridge === undefined);
      if (functions.length < 2) continue;
      const [forth, back] = [functions, functions.toReversed()].map((order) => probeAll(off, topology, order));
      const victim = functions.find((fn) => forth?.get(fn) !== back?.get(fn));
      if (victim === undefined) continue;
      const { node, name } = at(topology, victim);
      const [a, b] = [forth?.get(victim) ?? 'none', back?.get(victim) ?? 'none'];
      yield {
        rule: 'shared-itt-order-dependent',
        at: { decl: node.decl, part: 'header' },
        message: `The vector count of ${name} depends on the order of probing: ${a} as at boot, ${b} the other way round`,
        related: relatedTo(
          topology,
          functions.filter((fn) => fn !== victim),
          (other) => `${other.name} shares the table`,
        ),
        functions: [victim],
        facts: { fn: name, a, b },
      };
    }
  },
};

/** Vectors that each function holds once all were probed in an order; `INTx` for one that ended on its line. */
function probeAll(
  off: MachineState,
  topology: Topology,
  order: readonly FunctionIndex[],
): ReadonlyMap<FunctionIndex, number | string> {
  const log = newLog();
  let state = off;
  for (const fn of order) if (at(topology, fn).node.driver !== 'none') state = probe(state, fn, log);
  return new Map(order.map((fn) => [fn, heldBy(state, fn)]));
}

function heldBy(state: MachineState, fn: FunctionIndex): number | string {
  const { mode, vectors } = functionState(state, fn);
  return mode === 'intx' ? 'INTx' : vectors.length === 0 ? 'none' : countVectors(vectors);
}
