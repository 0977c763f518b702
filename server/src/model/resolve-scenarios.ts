/** Scenarios: their steps in order. */
import type { Declared } from './declared.ts';
import type { Scenario, Step } from './machine.ts';
import type { ModelProblem } from './problem.ts';
import { resolveStep, type ScenarioContext } from './resolve-steps.ts';

/** A scenario; what is wrong with its steps is added to the context's problems. */
export function resolveScenario(decl: Declared, context: ScenarioContext): Scenario {
  const steps: Step[] = [];
  let booted = false;
  let elsewhere = false;
  for (const child of decl.children) {
    if (child.kind === undefined) continue;
    if (child.kind === 'boot') {
      if (booted || steps.length > 0) context.problems.push(lateBoot(child, steps[0]?.decl));
      booted = true;
    }
    // After `migrate` names mean what another spec declares.
    const step: Step | undefined = elsewhere ? { op: 'later', decl: child } : resolveStep(child, context);
    if (child.kind === 'migrate') elsewhere = true;
    if (step !== undefined) steps.push(step);
  }
  return { decl, name: decl.name ?? '', steps };
}

function lateBoot(decl: Declared, first: Declared | undefined): ModelProblem {
  return {
    rule: 'syntax-unexpected-token',
    at: { decl, part: 'kind' },
    message:
      first?.kind === 'boot'
        ? 'Unexpected boot; a scenario boots once'
        : 'Unexpected boot; it comes first, and is implied where it is missing',
    ...(first === undefined ? {} : { related: [{ at: { decl: first, part: 'header' }, message: 'the first step' }] }),
  };
}
