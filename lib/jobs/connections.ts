/**
 * How many connections for queries a process wants that works on so many runs at once. Of each, and a worker may have twice
 * as many as its `concurrency`, one transaction may wait for the catalogue's lock: its lease must be renewed and its statement
 * cancelled by another connection.
 */
export function connectionsFor(concurrency: number): number {
	return 3 + 4 * concurrency;
}
