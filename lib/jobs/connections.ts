/**
 * Returns how many connections for queries a process needs that works on so many runs at once. A worker may have twice as many
 * runs as its `concurrency`, and one transaction of each may wait for the catalogue's lock: another connection must renew its
 * lease and cancel its statement.
 */
export function connectionsFor(concurrency: number): number {
	return 3 + 4 * concurrency;
}
