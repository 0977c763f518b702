/** Messages of this server's own: the scenarios of a spec as tests, with their results. docs/protocol.md describes them. */
import type { Location } from 'vscode-languageserver';
import { NotificationType, RequestType } from 'vscode-languageserver';

export interface TestsParams {
  readonly textDocument: { readonly uri: string };
  /** The content of a file that no editor holds; its tests are then listed, and not run. */
  readonly text?: string;
  /** Ids of tests whose log is wanted. */
  readonly logs?: readonly string[];
}

export interface TestsAnswer {
  readonly tests: readonly TestInfo[];
}

export interface TestInfo {
  /** Distinct within the spec, and the same as long as its name is. */
  readonly id: string;
  readonly label: string;
  /** The scenario's header, or the first `expect` that holds at boot. It may stand in an included file. */
  readonly location: Location;
  /** Absent: it was listed only. */
  readonly result?: TestResult;
}

export interface TestResult {
  readonly outcome: 'passed' | 'failed';
  /** A line for each step: what it did. Only where it was asked for. */
  readonly log?: readonly string[];
  readonly failures: readonly TestFailureInfo[];
}

export interface TestFailureInfo {
  readonly message: string;
  /** The value that is not met, or the step that failed. */
  readonly location: Location;
  readonly expected?: string;
  readonly actual?: string;
  /** The chain of reasons. */
  readonly because: readonly { readonly text: string; readonly location: Location }[];
}

/** The tests of a spec. Of an open file they come with their results, and the client is told from then on when these change. */
export const TestsRequest = new RequestType<TestsParams, TestsAnswer | null, void>('irqtopo/tests');

/** Sent after each check of a spec whose tests were asked for. */
export const TestsChangedNotification = new NotificationType<{ uri: string }>('irqtopo/testsChanged');
