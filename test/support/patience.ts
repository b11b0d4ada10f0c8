/** A time limit in milliseconds. A step reaches it only if it hangs: on a busy machine each can take seconds. */
export const PATIENT = 600_000;
