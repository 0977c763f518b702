/** A rule is its code, its fixture and its page: none comes without the others. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIXES } from '../../../server/src/fixes/index.ts';
import { RULE_GROUPS, RULES } from '../../../server/src/rules/index.ts';
import { readMarkers, readSections } from '../../fixtures/markers.ts';

const ROOT = join(import.meta.dirname, '../../..');
const RULE_FOLDERS = join(ROOT, 'server/src/rules');
const FIXTURES = join(ROOT, 'test/fixtures/rules');
const PAGES = join(ROOT, 'docs/rules');

/** Files in a rule folder that several rules share, and so are no rule. */
const SHARED = new Set(['index', 'second-call', 'sharers']);

/** Headings of docs/language.md. */
const LANGUAGE_PARTS = new Set(readFileSync(join(ROOT, 'docs/language.md'), 'utf8').match(/(?<=^## ).*$/gm));

const stems = (folder: string, extension: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .map((name) => name.slice(0, -extension.length))
    .sort();

describe.each(RULE_GROUPS)('the folder $folder', ({ folder, rules }) => {
  it('has one file per rule, each listed', () => {
    const files = stems(join(RULE_FOLDERS, folder), '.ts').filter((stem) => !SHARED.has(stem));
    expect(rules.map(({ id }) => id).sort()).toEqual(files);
  });
});

describe.each(RULES)('$id', ({ id, sources, title, cannotArise }) => {
  it('names what it follows', () => {
    expect(sources.length).toBeGreaterThan(0);
    expect(title).not.toMatch(/\.$/);
  });

  it(
    cannotArise === undefined ? 'has a fixture that shows it failing, and a spec without it' : 'has no fixture',
    () => {
      if (cannotArise !== undefined) {
        expect(existsSync(join(FIXTURES, `${id}.irqtopo`))).toBe(false);
        return;
      }
      const sections = readSections(readFileSync(join(FIXTURES, `${id}.irqtopo`), 'utf8'));
      const shows = sections.map(({ text }) =>
        readMarkers(text).markers.some(
          (marker) => marker.text.startsWith(`${id}:`) && ['error', 'warning', 'info', 'hint'].includes(marker.what),
        ),
      );
      const failing = sections.findIndex(({ title: name }) => name.startsWith('failing'));
      const corrected = sections.findIndex(({ title: name }) => name.startsWith('corrected'));
      expect([shows[failing], shows[corrected]]).toEqual([true, false]);
    },
  );

  it('refers to parts of the language page that are there', () => {
    const parts = sources.flatMap((source) => /docs\/language\.md, "(.*)"/.exec(source)?.[1] ?? []);
    expect(parts.filter((part) => !LANGUAGE_PARTS.has(part))).toEqual([]);
  });

  it('has its page', () => {
    expect(existsSync(join(PAGES, `${id}.md`))).toBe(true);
  });
});

it('ids are unique', () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
});

it('there is no fixture and no page without a rule', () => {
  const ids = RULES.map(({ id }) => id).sort();
  const shown = RULES.filter(({ cannotArise }) => cannotArise === undefined).map(({ id }) => id);
  expect(stems(FIXTURES, '.irqtopo')).toEqual(shown.sort());
  expect(stems(PAGES, '.md').filter((stem) => stem !== 'README')).toEqual(ids);
});

describe.each(FIXES)('the fix $id', ({ id, rules }) => {
  it('is for rules that exist', () => {
    const known = new Set(RULES.map((rule) => rule.id));
    expect(rules.filter((rule) => !known.has(rule))).toEqual([]);
  });

  it('has its own file', () => {
    expect(existsSync(join(ROOT, `server/src/fixes/${id}.ts`))).toBe(true);
  });

  it('is shown in a fixture', () => {
    const shown = stems(FIXTURES, '.irqtopo').some((stem) =>
      readSections(readFileSync(join(FIXTURES, `${stem}.irqtopo`), 'utf8')).some(({ text }) =>
        readMarkers(text).markers.some(
          (m) => m.what === 'fix' && m.text.startsWith(`${id}:`) && !m.text.includes('(not offered)'),
        ),
      ),
    );
    expect(shown).toBe(true);
  });
});
