/** `online`: CPUs come up. Managed interrupts that waited for them start again; others stay where they went. */
import type { StepOf } from '../../model/machine.ts';
import { bringCpuOnline } from '../cpus.ts';
import type { StepLog } from '../log.ts';
import type { MachineState } from '../state.ts';
import { toEachCpu } from './cpus.ts';

/** EINVAL: it is online already. */
export function online(state: MachineState, { cpus }: StepOf<'online'>, log: StepLog): MachineState {
  return toEachCpu(state, cpus, log, bringCpuOnline, (cpu, errno) => ({
    message: errno === 'EINVAL' ? `cpu[${cpu}] is online already` : `cpu[${cpu}] cannot come online: -${errno}`,
  }));
}
