/** How long a call may take and how long an answer may be. */
import type { HostMethod, HostMethods } from './protocol';

/** Most characters of one answer, before it is parsed at all. */
export const replyCharacters: Record<HostMethod, number> = {
  open: 4_000_000,
  tune: 1_500_000,
  check: 8_000_000,
  position: 6_000_000,
  advance: 2_000_000,
  search: 6_000_000,
  merge: 6_000_000,
  compare: 2_000_000,
  infer: 8_000_000,
  mutants: 16_000_000,
};

/** Most characters of a program that is sent to be opened; the schema of the answer allows no longer one. */
export const SOURCE_CHARACTERS = 200_000;

/** Messages a worker may send in one second beyond the answers that are waited for. */
export const UNASKED_PER_SECOND = 100;

/** Milliseconds within which a cancelled worker has to answer before it is ended. */
export const CANCEL_MILLISECONDS = 300;

/** Milliseconds a worker may be silent while it works: one step takes 40 ms, one call into a program should take less. */
export const STALL_MILLISECONDS = 10_000;

/** Added to the time a method was given, for the last step, the answer's way and a slow machine. */
const MARGIN = 15_000;

/** Milliseconds after which a call has failed, counted from its sending; progress never lengthens it. */
export function defaultDeadline<M extends HostMethod>(
  method: M,
  params: HostMethods[M]['params'],
): number {
  if ('milliseconds' in params) return params.milliseconds + MARGIN;
  return method === 'compare' || method === 'infer' ? 60_000 : MARGIN;
}
