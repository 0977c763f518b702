/** `expect`: what is asserted at this moment. */
import type { StepOf } from '../../model/machine.ts';
import { checkExpectations } from '../expectations.ts';
import type { ExpectationResult } from '../run.ts';
import type { MachineState } from '../state.ts';
import { guestsNamed } from './start.ts';

/** About functions, or about the machine. */
export function expect(
  state: MachineState,
  { subjects, expectations }: StepOf<'expect'>,
): readonly ExpectationResult[] {
  if (subjects === 'machine') return checkExpectations(state, { of: 'machine' }, expectations);
  return subjects.flatMap(({ node, numbers }) =>
    numbers.flatMap((number) => {
      const fn = state.topology.byNode.get(node)?.[number];
      return fn === undefined ? [] : checkExpectations(state, { of: 'function', fn }, expectations);
    }),
  );
}

/** About VMs. */
export function expectVm(
  state: MachineState,
  { vms, expectations }: StepOf<'expect-vm'>,
): readonly ExpectationResult[] {
  return guestsNamed(state, vms).flatMap(({ number }) =>
    checkExpectations(state, { of: 'vm', vm: number }, expectations),
  );
}

/** About CPUs. */
export function expectCpu(
  state: MachineState,
  { cpus, expectations }: StepOf<'expect-cpu'>,
): readonly ExpectationResult[] {
  return cpus.flatMap((cpu) => checkExpectations(state, { of: 'cpu', cpu }, expectations));
}

/** About a controller, or an ITS of it. */
export function expectController(
  state: MachineState,
  { controller, its, expectations }: StepOf<'expect-controller'>,
): readonly ExpectationResult[] {
  return checkExpectations(state, { of: 'controller', controller, its }, expectations);
}
