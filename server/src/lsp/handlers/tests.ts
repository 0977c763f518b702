import type { Location } from 'vscode-languageserver';
import type { Analysis } from '../../analysis/analysis.ts';
import { stepLabel } from '../../ide/hover-steps.ts';
import { stepWords } from '../../ide/step-words.ts';
import { listTests } from '../../ide/test-list.ts';
import { type SpecTest, testsOf } from '../../ide/tests.ts';
import { MAX_TEXT_LENGTH, parse } from '../../syntax/parser.ts';
import type { Span } from '../../syntax/tree.ts';
import { analysed, locationOf } from '../asking.ts';
import { rangeOf, withLines } from '../convert.ts';
import { request } from '../handler.ts';
import type { Session } from '../session.ts';
import { type TestInfo, type TestResult, type TestsAnswer, TestsRequest } from '../tests-protocol.ts';

/** Steps of a scenario whose log is sent; what goes wrong later is among its failures. */
const LOGGED_STEPS = 200;

/** The tests of a spec. From now on the client is told when their results may be others. */
export const tests = request(
  TestsRequest,
  null,
  async ({ textDocument: { uri }, text, logs }, session): Promise<TestsAnswer | null> => {
    if (session.workspace.textOf(uri) === undefined) {
      return text === undefined ? null : { tests: listed(session, uri, text) };
    }
    session.shownTests.add(uri);
    const about = await analysed(session, uri);
    if (about === undefined) return null;
    const { analysis } = about;
    // What is not understood has its squiggle; as a test it would come and go while one types.
    const shown = testsOf(analysis).filter(({ of }) => of !== 'form');
    return { tests: shown.map((test) => infoOf(session, analysis, test, logs?.includes(test.id) === true)) };
  },
);

function listed({ encoding }: Session, uri: string, text: string): readonly TestInfo[] {
  if (text.length > MAX_TEXT_LENGTH) return [];
  const lined = withLines(text);
  return listTests(parse(text)).map(({ id, name, span }) => ({
    id,
    label: name,
    location: { uri, range: rangeOf(lined, span, encoding) },
  }));
}

function infoOf(session: Session, analysis: Analysis, test: SpecTest, withLog: boolean): TestInfo {
  const { id, name, at, failures, run } = test;
  const located = ({ uri, span }: { readonly uri: string; readonly span: Span }): Location =>
    locationOf(session, uri, span) ?? { uri: analysis.uri, range: START };
  const result: TestResult = {
    outcome: failures.length === 0 ? 'passed' : 'failed',
    ...(withLog && run !== undefined ? { log: logOf(run) } : {}),
    failures: failures.map(({ found, message, expected, actual, reasons }) => ({
      message,
      location: located(found),
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
      because: reasons.map((reason) => ({ text: reason.text, location: located(reason.at) })),
    })),
  };
  return { id, label: name, location: located(at), result };
}

function logOf(run: NonNullable<SpecTest['run']>): readonly string[] {
  const lines = run.steps
    .slice(0, LOGGED_STEPS)
    .map(({ step }, i) => `${i + 1}. ${stepLabel(step).replaceAll('`', '')}: ${stepWords(run, i) ?? ''}`);
  return run.steps.length > LOGGED_STEPS ? [...lines, `… and ${run.steps.length - LOGGED_STEPS} more steps`] : lines;
}

const START = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
