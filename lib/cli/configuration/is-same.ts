/** Whether both are the same as JSON, with their keys in the same order. */
export function isSame(a: unknown, b: unknown): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}
