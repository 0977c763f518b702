/** One operation of a function's interrupt controller, put back into the machine's state. */
import { done, type InterruptController, type Outcome, type Requester, refuse } from '../controllers/controller.ts';
import { type ControllerState, withController } from '../controllers/registry.ts';
import type { MachineState } from './state.ts';

/** An operation of a controller, whichever it is. */
export type Operation<T> = <S extends ControllerState>(controller: InterruptController<S>, state: S) => Outcome<S, T>;

/**
 * Runs it on the controller with this number. ENODEV when there is none, or none whose allocator is known. Once the VMM has aborted
 * over an operation, every further one answers so.
 */
export function applyController<T>(
  state: MachineState,
  controller: number,
  operation: Operation<T>,
): Outcome<MachineState, T> {
  if (state.aborted !== undefined) return refuse(state, 'abort', state.aborted);
  const current = state.controllers[controller];
  const outcome = current === undefined ? undefined : withController<Outcome<ControllerState, T>>(current, operation);
  if (current === undefined || outcome === undefined)
    return refuse(state, 'ENODEV', 'no interrupt controller takes messages');
  const { effects, result, why } = outcome;
  if (!result.ok && result.errno === 'abort') {
    return { state: { ...state, aborted: result.reason }, effects, result, why };
  }
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

/** Tells a function's controller, where that wants to know, that the function is taken out of the machine. */
export function unplugFromController(state: MachineState, requester: Requester): MachineState {
  return applyController(state, requester.controller, (implementation, own) =>
    implementation.unplug === undefined ? done(own, undefined) : implementation.unplug(own, requester),
  ).state;
}
