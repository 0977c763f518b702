/** `offline`: CPUs are taken down; the interrupts they served go to others. */
import type { StepOf } from '../../model/machine.ts';
import { takeCpuOffline } from '../cpus.ts';
import type { StepLog } from '../log.ts';
import type { MachineState } from '../state.ts';
import { toEachCpu } from './cpus.ts';

/** EINVAL: it is offline already; EPERM: the boot CPU of x86; EBUSY: the last one; ENOSPC: the others have no room. */
export function offline(state: MachineState, { cpus }: StepOf<'offline'>, log: StepLog): MachineState {
  return toEachCpu(state, cpus, log, takeCpuOffline, (cpu, errno) => {
    switch (errno) {
      case 'EINVAL':
        return { message: `cpu[${cpu}] is offline already` };
      case 'EPERM':
        return { message: `cpu[${cpu}] is the boot CPU: x86 cannot take it offline (-EPERM)` };
      case 'EBUSY':
        return { message: `cpu[${cpu}] is the last CPU online (-EBUSY)` };
      case 'ENOSPC':
        return { message: offlineBlocked(log, cpu), rule: 'x86-cpu-offline-blocked' };
      default:
        return { message: `cpu[${cpu}] stays online: -${errno}` };
    }
  });
}

/** lapic_can_unplug_cpu says in the log how many vectors had to move, and how many are free elsewhere. */
function offlineBlocked({ effects }: StepLog, cpu: number): string {
  for (const effect of effects.toReversed()) {
    if (effect.does !== 'warn' || effect.warning.code !== 'cannot-disable-cpu' || effect.warning.cpu !== cpu) continue;
    const { allocated, availableElsewhere } = effect.warning;
    return `cpu[${cpu}] cannot go offline: it has ${allocated} vectors, and the others have room for ${availableElsewhere} (-ENOSPC); nothing changes`;
  }
  return `cpu[${cpu}] cannot go offline: its vectors find no room elsewhere (-ENOSPC)`;
}
