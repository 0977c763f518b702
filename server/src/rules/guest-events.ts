/** What befell guests in the boot and in the declared scenarios: the view that rules about VFIO share. */
import type { Expectation } from '../model/machine.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { type Assigned, type Guest, guestsOf } from '../timeline/guests/assigned.ts';
import type { GuestEvent } from '../timeline/guests/events.ts';
import type { Run, StepResult } from '../timeline/run.ts';
import type { RuleContext } from './context.ts';
import type { Place, Severity } from './rule.ts';
import { at } from './sharing.ts';

export interface Befallen<Event extends GuestEvent = GuestEvent> {
  readonly event: Event;
  readonly guest: Guest;
  readonly assigned: Assigned;
  /** Of the function. */
  readonly name: string;
  readonly step: StepResult;
  /** An `expect` asks for just this: then it is information. */
  readonly expected: boolean;
  /** The step, or at boot the assignment. */
  readonly at: Place;
}

/** Every event of one kind, in order. The boot of a scenario is the same as that of the file, so it is not told again. */
export function befallen<Is extends GuestEvent['is']>(
  context: RuleContext,
  is: Is,
): readonly Befallen<Extract<GuestEvent, { readonly is: Is }>>[] {
  if (context.machine.vms.length === 0) return [];
  return [context.boot, ...context.runs].flatMap((run) => ofRun(context, run, is));
}

function ofRun<Is extends GuestEvent['is']>(
  context: RuleContext,
  run: Run,
  is: Is,
): Befallen<Extract<GuestEvent, { readonly is: Is }>>[] {
  type Event = Extract<GuestEvent, { readonly is: Is }>;
  const isOfKind = (event: GuestEvent): event is Event => event.is === is;
  const guests = guestsOf(context.topology);
  return run.steps.flatMap((step, number) => {
    if (step.guestEvents === undefined || (run !== context.boot && isBoot(step))) return [];
    return step.guestEvents.filter(isOfKind).flatMap((event) => {
      const guest = guests[event.vm];
      const assigned = guest?.functions.find(({ fn }) => fn === event.fn);
      if (guest === undefined || assigned === undefined) return [];
      return {
        event,
        guest,
        assigned,
        name: at(context.topology, event.fn).name,
        step,
        expected: isExpected(run, number, event),
        at: placeOf(step, assigned),
      };
    });
  });
}

/** Whether a step result is that of `boot`. */
export const isBoot = ({ step }: StepResult): boolean => step === undefined || step.op === 'boot';

/** Where a finding about a function of a guest points. */
export const placeOf = ({ step }: StepResult, { assignment }: Assigned): Place =>
  step === undefined || step.op === 'boot'
    ? { decl: assignment.decl, part: 'header' }
    : { decl: step.decl, part: 'header' };

/** The rule's severity, unless the author asked for it: then it is information. */
export const severityOf = ({ expected }: Pick<Befallen, 'expected'>, severity: Severity): Severity =>
  expected ? 'info' : severity;

/** Whether the next assertion about the function or its VM asks for a failure, and is met. */
function isExpected({ steps }: Run, number: number, { fn, vm }: { fn: FunctionIndex; vm: number }): boolean {
  for (let i = number; i < steps.length; i++) {
    const about = steps[i]?.checks.filter((check) => check.fn === fn || check.vm === vm) ?? [];
    if (about.length > 0) return about.some(({ met, expectation }) => met && asksForLoss(expectation));
  }
  return false;
}

function asksForLoss({ key, accepts }: Expectation): boolean {
  switch (key) {
    case 'error':
      return accepts.is === 'word' && accepts.word !== 'none';
    case 'state':
      return accepts.is === 'word' && accepts.word === 'killed';
    case 'lost':
      return accepts.is !== 'number' || accepts.number > 0;
    default:
      return false;
  }
}
