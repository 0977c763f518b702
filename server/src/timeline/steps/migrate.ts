/** `migrate`: the guest moves to the machine of another spec. */
import type { StepOf } from '../../model/machine.ts';
import type { StepLog } from '../log.ts';
import { type Migrated, migrate as move } from '../migration/migrate.ts';
import type { MachineState } from '../state.ts';

/** Undefined where the other spec cannot be read: that is told at the path, and nothing moves. */
export function migrate(state: MachineState, { target }: StepOf<'migrate'>, log: StepLog): Migrated | undefined {
  if (target === undefined) return undefined;
  const moved = move(state, target);
  if (state.aborted === undefined) return moved;
  // There is nothing to move; the names of the steps that follow are the other machine's all the same.
  log.refused.push({ rule: 'lifecycle-step-on-absent-device', message: `QEMU has aborted: ${state.aborted}` });
  const failed = { ...moved.state, failed: state.failed + 1, lastErrno: 'ENODEV' as const };
  return { state: failed, migration: { ...moved.migration, differences: [], kept: 0 } };
}
