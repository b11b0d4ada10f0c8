/** A time limit in milliseconds that only what hangs reaches: on a busy machine every step can take seconds. */
export const PATIENT = 600_000;
