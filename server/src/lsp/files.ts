/** Where the files come from that no editor holds: a disk, or the client. */
import type { Sources } from '../model/sources.ts';

export type Content = ReturnType<Sources['read']>;

export interface Files {
  /** Sources for the spec `mainUri`: what an editor holds wins, and includes may not leave `folder` (a URI), if there is one. */
  readonly sourcesFor: (
    mainUri: string,
    folder: string | undefined,
    open: (uri: string) => string | undefined,
  ) => Sources;
  /** These files are other than they were: what was read of them is forgotten. */
  readonly forget: (uris: readonly string[]) => void;
}
