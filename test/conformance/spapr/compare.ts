/** What is compared of a step. */
import type { Effect } from '../../../server/src/controllers/effect.ts';
import type { ChangeMsiAnswer } from '../../../server/src/controllers/spapr/change-msi.ts';
import { answersIn, moved, predictedExchanges, recordedExchanges, recordedRuns } from './exchanges.ts';
import type { SpaprStep } from './record.ts';
import type { SpaprReplay } from './replay.ts';
import { runText } from './to-machine.ts';
import { compareVectors } from './vectors.ts';

/** What Linux answered, and the firmware on the way. */
export function compareLinux(
  replay: SpaprReplay,
  step: SpaprStep,
  result: number,
  errno: string | undefined,
  effects: readonly Effect[],
): void {
  const { tally } = replay;
  const { result: expected, errno: expectedErrno, changeMsi: exchanges } = step.observed;
  if (expected !== undefined || expectedErrno !== undefined) {
    tally.compare(step.n, 'result', expectedErrno ?? expected, errno ?? result);
  }
  compareAbort(replay, step, replay.state.aborted);
  tally.compareLists(step.n, 'changeMsi', recordedExchanges(exchanges), predictedExchanges(effects));
  compareMoved(replay, step, answersIn(effects));
  compareVectors(replay, step);
}

/** What the firmware answered to a direct call, word by word. */
export function compareAnswer(replay: SpaprReplay, step: SpaprStep, answer: ChangeMsiAnswer): void {
  const { tally } = replay;
  const { observed } = step;
  compareAbort(replay, step, answer.is === 'aborted' ? answer.reason : undefined);
  const got = answerWords(answer, step.do.returns === 4);
  for (const word of ['status', 'count', 'sequence', 'type', 'base', 'allocated'] as const) {
    tally.compare(step.n, word, observed[word], got[word]);
  }
  compareMoved(replay, step, [answer]);
}

/** The caller's sequence number is 1. */
const nextSequence = 2;

function answerWords(
  answer: ChangeMsiAnswer,
  withType: boolean,
): Readonly<Record<string, number | boolean | undefined>> {
  switch (answer.is) {
    case 'granted':
    case 'too-many': {
      const type = withType ? { type: answer.mode === 'msi' ? 1 : 2 } : {};
      const start = { status: 0, sequence: nextSequence, ...type };
      if (answer.is === 'too-many') return { ...start, count: answer.offered, allocated: false };
      return { ...start, count: answer.block.count, base: answer.block.first };
    }
    case 'released':
      return { status: 0, count: 0 };
    case 'refused':
      return { status: answer.status };
    case 'aborted':
      return {};
  }
}

/** The status word of a call without further answer. */
export function compareStatus(replay: SpaprReplay, step: SpaprStep, status: number | 'aborted'): void {
  compareAbort(replay, step, replay.state.aborted);
  replay.tally.compare(step.n, 'status', step.observed.status, status === 'aborted' ? undefined : status);
}

function compareAbort(replay: SpaprReplay, step: SpaprStep, reason: string | undefined): void {
  const { abort, reason: expected } = step.observed;
  if (abort === undefined && reason === undefined) return;
  replay.tally.compare(step.n, 'abort', abort === true ? expected : 'none', reason ?? 'none');
}

function compareMoved(replay: SpaprReplay, step: SpaprStep, answers: readonly ChangeMsiAnswer[]): void {
  const got = moved(answers);
  for (const name of ['claim', 'free'] as const) {
    const expected = recordedRuns(step.observed[name]);
    if (expected !== undefined) {
      replay.tally.compareLists(step.n, name, expected.map(runText), got[name].map(runText));
    }
  }
}
