/** A construct that picomatch may understand, but that cannot be matched in linear time. */
export class BeyondGlob extends Error {}
