/** Scenarios: their steps in order. */
import type { Declared } from './declared.ts';
import type { Scenario, Step } from './machine.ts';
import type { MigrationTargets } from './migration-targets.ts';
import type { ModelProblem } from './problem.ts';
import { resolveStep, type ScenarioContext } from './resolve-steps.ts';

/** A scenario; what is wrong with its steps is added to the context's problems. */
export function resolveScenario(decl: Declared, context: ScenarioContext, targets: MigrationTargets): Scenario {
  const steps: Step[] = [];
  let booted = false;
  /** Where names are looked up. Undefined after a migration to a spec that cannot be read: nobody knows what they mean there. */
  let here: ScenarioContext | undefined = context;
  for (const child of decl.children) {
    if (child.kind === undefined) continue;
    if (child.kind === 'boot') {
      if (booted || steps.length > 0) context.problems.push(lateBoot(child, steps[0]?.decl));
      booted = true;
    }
    const target = child.kind === 'migrate' ? targets.of(child) : undefined;
    const step: Step | undefined = here && resolveStep(child, here, target?.target);
    if (child.kind === 'migrate') here = target && { ...target.spec, problems: context.problems };
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
