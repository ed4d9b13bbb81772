/**
 * Key of the advisory lock that every transaction holds which writes datasets or their links: such transactions are
 * short and touch many rows, so they go one after the other instead of dead-locking. Readers never wait for it.
 */
export const catalogueLock = 0x65_6f_73_79;
