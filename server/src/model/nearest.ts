/** "Did you mean": the known word that a person most likely wanted to type. */
import { distance } from 'fastest-levenshtein';

/**
 * Searches through all names of a spec that one build may make: each costs a pass over all names, and a spec in which
 * hundreds of names are unknown has another trouble than spelling.
 */
const MAX_SEARCHES = 64;

/** Candidates of one search that are looked at, for the same reason. */
const MAX_CANDIDATES = 20_000;

/**
 * The candidate with the fewest edits to `word`: at most a third of its length and one, and one alone in words of up to
 * three letters. The earlier of equals. Nearer than any other edit are two letters that changed places, and a word left
 * off before its hyphen: `virtio-net` for virtio-net-pci.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = word.length < 4 ? 2 : Math.floor(word.length / 3) + 2;
  let looked = 0;
  for (const candidate of candidates) {
    looked++;
    if (looked > MAX_CANDIDATES) break;
    const cutOff = word.length > 2 && candidate.toLowerCase().startsWith(`${wanted}-`);
    if (!cutOff && Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const edits = cutOff || isSwap(wanted, candidate.toLowerCase()) ? SLIP : distance(wanted, candidate.toLowerCase());
    if (edits < bestDistance && edits < Math.max(word.length, candidate.length)) {
      best = candidate;
      bestDistance = edits;
    }
  }
  return best;
}

/** Edits that a slip of the fingers counts as. */
const SLIP = 0.5;

/** Two neighbouring letters changed places, and nothing else. */
function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i + 1 < a.length && a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2);
}

/** Looks for `word` among the names of a scope. */
export type Speller = (scope: string, word: string, candidates: () => Iterable<string>) => string | undefined;

/** A {@link nearest} that remembers its answers, by scope and word, and gives up after many different words. */
export function makeSpeller(): Speller {
  const answers = new Map<string, string | undefined>();
  return (scope, word, candidates) => {
    const key = `${scope} ${word}`;
    if (!answers.has(key)) {
      answers.set(key, answers.size < MAX_SEARCHES ? nearest(word, candidates()) : undefined);
    }
    return answers.get(key);
  };
}
