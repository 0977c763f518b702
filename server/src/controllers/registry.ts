/** Which controllers there are. A new one is a folder and a line in each of the three lists here. */
import type { Controller, Machine } from '../model/machine.ts';
import type { EarlierService, InterruptController, TakeOver } from './controller.ts';
import { gicv2m, initialV2mState, type V2mState } from './gicv2m/index.ts';
import { gicv3Its, type ItsState, initialItsState, takeOver } from './gicv3-its/index.ts';
import { WHAT_IF_ITS, withModel } from './gicv3-its/what-if/index.ts';
import { frozenGicv5, type Gicv5State, gicv5Its, initialGicv5State, scratchGicv5 } from './gicv5-its/index.ts';
import { frozenImsic, type ImsicState, initialImsicState, riscvImsic, scratchImsic } from './riscv-imsic/index.ts';
import { frozenSpapr, initialSpaprState, type SpaprState, scratchSpapr, spapr } from './spapr/index.ts';
import { initialX86State, type X86State, x86Apic, x86Remapped } from './x86-apic/index.ts';

/** The state of one of the machine's controllers. */
export type ControllerState = ItsState | V2mState | Gicv5State | X86State | SpaprState | ImsicState;

/** The state at power on. */
export function initialControllerState(controller: Controller, machine: Machine): ControllerState {
  switch (controller.type) {
    case 'gicv3': {
      const { whatIf } = machine.kernelOptions;
      const its = initialItsState(controller, machine);
      return whatIf === undefined ? its : withModel(its, whatIf);
    }
    case 'gicv2m':
      return initialV2mState(controller);
    case 'x86-apic':
      return initialX86State(controller, machine);
    case 'spapr-xics':
    case 'spapr-xive':
    case 'spapr-dual':
      return initialSpaprState(controller, machine);
    case 'gicv5':
      return initialGicv5State(controller, machine);
    case 'riscv-imsic':
      return initialImsicState(controller, machine);
  }
}

/** The state with its tables open to change in place: see the timeline's scratch state. */
export function scratchController(state: ControllerState): ControllerState {
  switch (state.type) {
    case 'gicv3':
      return { ...state, devices: state.devices.map((table) => table.draft()) };
    case 'gicv5':
      return scratchGicv5(state);
    case 'x86-apic':
      return { ...state, interrupts: state.interrupts.draft() };
    case 'spapr':
      return scratchSpapr(state);
    case 'riscv-imsic':
      return scratchImsic(state);
    case 'gicv2m':
      return state;
  }
}

/** Ends what {@link scratchController} began. */
export function frozenController(state: ControllerState): ControllerState {
  switch (state.type) {
    case 'gicv3':
      return { ...state, devices: state.devices.map((table) => table.frozen()) };
    case 'gicv5':
      return frozenGicv5(state);
    case 'x86-apic':
      return { ...state, interrupts: state.interrupts.frozen() };
    case 'spapr':
      return frozenSpapr(state);
    case 'riscv-imsic':
      return frozenImsic(state);
    case 'gicv2m':
      return state;
  }
}

/** The turn of a function in an earlier run, on the controller that served it. */
export type EarlierTurn = EarlierService<ControllerState>;

/**
 * Begins to give functions what an earlier run gave them; `end`: the state when that was over. Undefined: functions of this
 * controller are always served anew.
 */
export function beginTakeOver(state: ControllerState, end: ControllerState): TakeOver<ControllerState> | undefined {
  if (state.type !== 'gicv3' || end.type !== 'gicv3') return undefined;
  const taking = takeOver(state, end);
  return { take: (turn) => (isOfIts(turn) ? taking.take(turn) : undefined), state: taking.state };
}

const isOfIts = (turn: EarlierTurn): turn is EarlierService<ItsState> =>
  turn.before.type === 'gicv3' && turn.after.type === 'gicv3';

/** Runs `use` with the operations that belong to this state. */
export function withController<T>(
  state: ControllerState,
  use: <S extends ControllerState>(controller: InterruptController<S>, state: S) => T,
): T {
  switch (state.type) {
    case 'gicv3':
      return use(state.whatIf === undefined ? gicv3Its : WHAT_IF_ITS[state.whatIf.model], state);
    case 'gicv2m':
      return use(gicv2m, state);
    case 'x86-apic':
      return use(state.remapping === undefined ? x86Apic : x86Remapped, state);
    case 'spapr':
      return use(spapr, state);
    case 'gicv5':
      return use(gicv5Its, state);
    case 'riscv-imsic':
      return use(riscvImsic, state);
  }
}
