import { secondsNow } from '../clock.js';
import type { KdcTicket } from './kdc-ticket.js';

/** A ticket that ends earlier, in seconds, is replaced. */
const LEAST_REST = 300;
/** Of a short ticket this part of its lifetime is enough: otherwise each context would ask for another one. */
const LEAST_SHARE = 1 / 4;

/** Whether a ticket is valid for long enough to be used again. */
export function isFresh({
  authtime,
  starttime = authtime,
  endtime,
}: Pick<KdcTicket, 'authtime' | 'starttime' | 'endtime'>): boolean {
  const least = Math.min(LEAST_REST, LEAST_SHARE * (endtime - starttime));
  return endtime - secondsNow() > least;
}
