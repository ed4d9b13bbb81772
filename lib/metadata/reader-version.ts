/**
 * Raised whenever the readers give something else for the same file: datasets read with an older one are read again. In a
 * file of its own, so that who only compares versions need not load all readers.
 */
export const readerVersion = 2;
