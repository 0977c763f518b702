/** Every spec of test/fixtures and samples/ says in comments what it expects; `UPDATE=1` writes what is found instead, of those that `-t` picks. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { actualMarkers } from './fixtures/actual.ts';
import { readMarkers, readSections, type Section, writeMarkers, writeSections } from './fixtures/markers.ts';

const ROOT = join(import.meta.dirname, '..');
const UPDATE = process.env.UPDATE === '1';

describe.each(['test/fixtures', 'samples'])('%s', (folder) => {
  for (const file of specsBelow(join(ROOT, folder))) {
    describe(relative(join(ROOT, folder), file), () => {
      const sections = [...readSections(readFileSync(file, 'utf8'))];
      const files = sections.filter(isFile);
      sections.forEach((section, number) => {
        if (isFile(section)) return;
        it(section.title || 'findings', () => {
          const found = actual(section, files, file);
          if (UPDATE) sections[number] = found;
          else expect(section.text).toBe(found.text);
        });
      });
      if (UPDATE) afterAll(() => writeFileSync(file, writeSections(sections)));
    });
  }
});

/** A section titled `file NAME` is no spec of its own: the others of the fixture may include it. */
const isFile = ({ title }: Section): boolean => title.startsWith('file ');

function actual(section: Section, files: readonly Section[], path: string): Section {
  const marked = readMarkers(section.text);
  const others = new Map(files.map(({ title, text }) => [title.slice('file '.length), text]));
  return {
    title: section.title,
    text: writeMarkers({ text: marked.text, markers: actualMarkers(marked, others, path) }),
  };
}

function specsBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? specsBelow(path) : path.endsWith('.irqtopo') ? [path] : []));
}
