/** Hints and lenses are sent without what costs more; a client asks for the rest of the one that it shows. */
import type { Analysis } from '../analysis/analysis.ts';
import type { Session } from './session.ts';

/** What a hint or a lens carries for that: the text it is of, and what in it. */
export interface OfText<T> {
  readonly uri: string;
  readonly version: number;
  readonly of: T;
}

/** The analysis of the very text that something was sent for; undefined when the text is another by now. */
export function analysisFor<T>(
  { workspace }: Session,
  data: unknown,
  is: (of: unknown) => of is T,
): { readonly analysis: Analysis; readonly of: T } | undefined {
  if (typeof data !== 'object' || data === null || !('uri' in data && 'version' in data && 'of' in data))
    return undefined;
  const { uri, version, of } = data;
  if (typeof uri !== 'string' || workspace.textOf(uri)?.version !== version || !is(of)) return undefined;
  const analysis = workspace.lastAnalysis(uri);
  return analysis && { analysis, of };
}

export const isNumber = (of: unknown): of is number => typeof of === 'number';
export const isText = (of: unknown): of is string => typeof of === 'string';
