/** The title of a proved fix for a finding, where looking for one is worth its time. */
import type { Analysis, LocatedFinding } from '../analysis/analysis.ts';
import { fixesOf, type Sources } from '../analysis/index.ts';

/** The first proved fix of a finding; undefined where there is none, or none was looked for. */
export type Help = (analysis: Analysis, sources: Sources, found: LocatedFinding) => string | undefined;

/**
 * Findings for which a fix is looked for: proving one means analysing the spec again, and nobody reads the hundredth
 * proposal in a terminal. An editor asks for the one under the cursor.
 */
const HELPED_FINDINGS = 10;

/** UTF-16 code units of a spec that is analysed again for a fix at all, for the same reason. */
const HELPED_CHARACTERS = 256 * 1024;

/** Help for the first findings that it is asked for. */
export function helpForFew(): Help {
  let helped = 0;
  return (analysis, sources, found) => {
    if (helped >= HELPED_FINDINGS || !deservesHelp(analysis, found)) return undefined;
    helped += 1;
    return fixesOf(analysis, sources, found)[0]?.title;
  };
}

/** No help at all: for formats that programs read. */
export const noHelp: Help = () => undefined;

function deservesHelp(analysis: Analysis, { severity }: LocatedFinding): boolean {
  const characters = analysis.files.get(analysis.uri)?.text.length ?? 0;
  return (severity === 'error' || severity === 'warning') && characters <= HELPED_CHARACTERS;
}
