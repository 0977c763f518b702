/** Interrupt routes of the VMM that the machine is a guest of: each vector with a handler takes one. */
import { QEMU_PIN_ROUTES } from '../../schema/hypervisor-tables.ts';
import { type MachineState, requestedVectors } from '../state.ts';

/** Routes in the VMM's table, and how many of them are left; undefined: it has none, or messages need none. */
export function routesLeft(state: MachineState): { readonly routes: number; readonly left: number } | undefined {
  const { routes, controllers, vmm } = state.topology.machine;
  const pins = QEMU_PIN_ROUTES[controllers[0]?.type ?? ''];
  if (routes === undefined || pins === undefined) return undefined;
  const most = routes - (vmm === undefined ? 0 : pins);
  // Vectors with a handler are allocated: on most machines no more has to be known.
  if (state.irqNumbersUsed <= most) return { routes, left: most - state.irqNumbersUsed };
  let used = 0;
  state.functions.forEach((own) => {
    if (own.mode === 'msi' || own.mode === 'msix') used += requestedVectors(own);
  });
  return { routes, left: most - used };
}
