/** Power on: the scan, then ports and bridges, then endpoints (../pci/boot-order.ts has the order). */
import { bootOrder } from '../pci/boot-order.ts';
import { enumerateAtBoot } from '../pci/enumeration.ts';
import type { Topology } from '../pci/topology.ts';
import type { StepLog } from './log.ts';
import { bindBridge } from './ports.ts';
import { probe } from './probe.ts';
import { frozenState, initialState, type MachineState, presentIn, scratchState } from './state.ts';

/** Functions handled between two chances to give up. */
const pauseEvery = 256;

/** Everything up to the end of the last probe. */
export function boot(topology: Topology, log: StepLog): MachineState {
  const off = initialState(topology);
  let state = scratchState({ ...off, enumeration: enumerateAtBoot(topology, presentIn(off)) });
  log.pause();
  const order = bootOrder(topology, state.enumeration);
  let done = 0;
  for (const fn of order.ports) {
    state = bindBridge(state, fn, log);
    if (++done % pauseEvery === 0) log.pause();
  }
  for (const fn of order.endpoints) {
    state = probe(state, fn, log);
    if (++done % pauseEvery === 0) log.pause();
  }
  return frozenState(state);
}
