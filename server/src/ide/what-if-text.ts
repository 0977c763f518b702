/** A scenario as Linux runs it, beside what it would be in other models of the life of an ITS's events. */
import { markdownTable } from 'markdown-table';
import type { WhatIf } from '../model/machine.ts';
import type { RuleContext } from '../rules/context.ts';
import type { Run } from '../timeline/run.ts';
import { hasWhatIf, runIf, WHAT_IFS } from '../timeline/what-if.ts';
import { stepLabel } from './hover-steps.ts';
import { stepWords } from './step-words.ts';

/** The scenarios of a spec, step by step, in Linux and in each of the models. */
export function whatIfText({ machine, topology, runs }: RuleContext, models: readonly WhatIf[]): string {
  if (!hasWhatIf(topology)) return 'No ITS: there are no events that could live otherwise.\n';
  const chosen = WHAT_IFS.filter(({ model }) => models.includes(model));
  const linux = `Linux ${machine.os.major}.${machine.os.minor}`;
  const intro = chosen.map(({ name, does }) => `- ${name}: ${does}`);
  const parts = runs.map((run) => {
    const others = chosen.map(({ model }) => runIf(topology, run, model));
    const rows = run.steps.flatMap(({ step }, at) => {
      if (step?.op.startsWith('expect')) return [];
      const here = stepWords(run, at) ?? '';
      const there = others
        .map((other) => stepWords(other, at))
        .map((words) => (words === here ? 'the same' : (words ?? '')));
      return [[`${at + 1}. ${stepLabel(step).replaceAll('`', '')}`, here, ...there]];
    });
    const table = markdownTable([['step', linux, ...chosen.map(({ name }) => name)], ...rows]);
    return `Scenario ${JSON.stringify(run.scenario?.name ?? '')}\n\n${table}`;
  });
  const none = parts.length === 0 ? ['No scenario: nothing comes and goes.'] : parts;
  return [`What if events lived otherwise than in ${linux}?`, intro.join('\n'), ...none].join('\n\n').concat('\n');
}

/** What a step would have been in the models where it is otherwise, a line each; none where all are alike. */
export function whatIfLines({ topology }: RuleContext, run: Run, at: number): readonly string[] {
  if (!hasWhatIf(topology)) return [];
  const here = stepWords(run, at);
  return WHAT_IFS.flatMap(({ model, name }) => {
    const there = stepWords(runIf(topology, run, model), at);
    return there === undefined || there === here ? [] : [`${name}: ${there}`];
  });
}
