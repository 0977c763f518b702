/** Every file of the repository that a program makes. `npm run generate` writes them; a test fails when one is stale. */
import { cataloguePage } from '../../server/src/catalogue/reference.ts';
import { controllersPage } from '../../server/src/controllers/descriptions.ts';
import { textMateGrammar } from '../../server/src/schema/grammar.ts';
import { referencePage } from '../../server/src/schema/reference.ts';
import { RULE_PAGES } from './rule-pages.ts';

export interface Generated {
  /** From the root of the repository. */
  readonly path: string;
  readonly make: () => string;
}

export const GENERATED: readonly Generated[] = [
  { path: 'docs/reference.md', make: referencePage },
  { path: 'docs/catalogue.md', make: cataloguePage },
  { path: 'docs/controllers.md', make: controllersPage },
  { path: 'syntaxes/irqtopo.tmLanguage.json', make: textMateGrammar },
  ...RULE_PAGES,
];
