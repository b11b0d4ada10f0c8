import { type Group, groupOf, type TestedCase } from '../case.js';
import { answerOf, ReplaySide } from './replay.js';
import type { Answer, Side } from './side.js';

interface RecordedCase {
  readonly test: TestedCase;
  readonly answers: readonly [Answer, Answer];
}

/** The cases that two recordings both have, and this version of the package has not. */
export function* recordedAlone(left: Side, right: Side): Generator<RecordedCase> {
  if (!(left instanceof ReplaySide && right instanceof ReplaySide)) return;
  const shared = new Set(right.keptIds);
  for (const id of left.keptIds) {
    if (!shared.has(id)) continue;
    const [one, other] = [left.take(id), right.take(id)];
    if (one === undefined || other === undefined) continue;
    const title = 'a case of another version of this package';
    const test = { id, group: groupOf(left.area, id) as Group, title };
    yield { test, answers: [answerOf(one), answerOf(other)] };
  }
}
