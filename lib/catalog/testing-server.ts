/** Vitest's global set-up: the tests' database server. */
export function setup(): void {}
