/** Something in a pattern that picomatch may understand, and that is not matched in linear time here. */
export class BeyondGlob extends Error {}
