/** One operation of a function's interrupt controller, put back into the machine's state. */
import { type InterruptController, type Outcome, refuse } from '../controllers/controller.ts';
import { type ControllerState, withController } from '../controllers/registry.ts';
import type { MachineState } from './state.ts';

/** An operation of a controller, whichever it is. */
export type Operation<T> = <S extends ControllerState>(controller: InterruptController<S>, state: S) => Outcome<S, T>;

/** Runs it on the controller with this number. ENODEV when there is none, or none whose allocator is known. */
export function applyController<T>(
  state: MachineState,
  controller: number,
  operation: Operation<T>,
): Outcome<MachineState, T> {
  const current = state.controllers[controller];
  const outcome = current === undefined ? undefined : withController<Outcome<ControllerState, T>>(current, operation);
  if (current === undefined || outcome === undefined)
    return refuse(state, 'ENODEV', 'no interrupt controller takes messages');
  const { effects, result, why } = outcome;
  if (outcome.state === current) return { state, effects, result, why };
  const controllers = state.controllers.slice();
  controllers[controller] = outcome.state;
  return { state: { ...state, controllers }, effects, result, why };
}

/** What the controller's MSI domains support. */
export function controllerSupports(state: MachineState, controller: number): InterruptController<never>['supports'] {
  const current = state.controllers[controller];
  const supports =
    current === undefined ? undefined : withController(current, (implementation) => implementation.supports);
  return supports ?? { multiMsi: false, dynamicMsix: false };
}
