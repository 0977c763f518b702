/**
 * Long work in slices. There is no fixed delay: work begins as soon as the messages that have already arrived are read,
 * gives way to newer ones every few milliseconds, and is dropped when a newer start makes it pointless.
 */

/** How long work goes on before it lets messages in. Shorter than a frame of a 60 Hz screen, so that typing stays smooth. */
export const SLICE_MS = 8;

export interface Slices {
  /**
   * Begins work under a key; what runs under the same key is dropped. `done` and `failed` are never called for dropped
   * work. The newest start is worked on first.
   * @param atOnceMs how long it is worked on before anything else is let in
   */
  readonly start: <T>(
    key: string,
    work: () => Generator<void, T>,
    done: (value: T) => void,
    failed: Failed,
    atOnceMs?: number,
  ) => void;
  readonly drop: (key: string) => void;
}

export type Failed = (error: unknown) => void;

interface Job {
  readonly key: string;
  /** Works on until it is done or `until` is past. True: done. */
  readonly run: (until: number) => boolean;
}

/**
 * `later` calls back after the messages that wait were handled: setImmediate, or what a browser has in its place. `rested` is told when
 * the last work is done.
 */
export function makeSlices(later: (run: () => void) => void, rested: () => void): Slices {
  let jobs: readonly Job[] = [];
  let scheduled = false;
  let newcomer = false;

  const turn = () => {
    scheduled = false;
    const job = jobs[0];
    if (job === undefined) return;
    // The connection hands out one message per turn of the event loop. As long as each starts work anew, only the last
    // of them is worth working for.
    if (newcomer) {
      newcomer = false;
      return schedule();
    }
    const finished = job.run(performance.now() + SLICE_MS);
    if (finished) jobs = jobs.filter((other) => other !== job);
    if (jobs.length > 0) schedule();
    else rested();
  };
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    later(turn);
  };
  const drop = (key: string) => {
    jobs = jobs.filter((job) => job.key !== key);
  };

  return {
    start(key, work, done, failed, atOnceMs = 0) {
      drop(key);
      const job = makeJob(key, work, done, failed);
      if (atOnceMs > 0 && job.run(performance.now() + atOnceMs)) return;
      jobs = [job, ...jobs];
      newcomer = true;
      schedule();
    },
    drop,
  };
}

function makeJob<T>(key: string, work: () => Generator<void, T>, done: (value: T) => void, failed: Failed): Job {
  let steps: Generator<void, T> | undefined;
  const run = (until: number): boolean => {
    let step: IteratorResult<void, T>;
    try {
      steps ??= work();
      do step = steps.next();
      while (step.done !== true && performance.now() < until);
    } catch (error) {
      failed(error);
      return true;
    }
    if (step.done !== true) return false;
    done(step.value);
    return true;
  };
  return { key, run };
}
