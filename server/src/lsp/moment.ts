/** The moment that a client has set with a cursor in a scenario. */
import type { Position } from 'vscode-languageserver';
import type { Analysis } from '../analysis/analysis.ts';
import { type Moment, scenarioMomentAt } from '../ide/hover-moment.ts';
import { asked, offsetIn } from './asking.ts';
import type { Session } from './session.ts';

/** The moment at a place of a spec's main file, or the one set last where none is given; undefined: after the boot. */
export function momentIn(session: Session, analysis: Analysis, position?: Position): Moment | undefined {
  const { uri } = analysis;
  const place = position ?? session.moments.get(uri);
  const about = place && asked(session, uri);
  return about && place && scenarioMomentAt(analysis, offsetIn(session, about.text, place));
}
