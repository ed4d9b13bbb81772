/** Path of the page that says what one run's plan has that the other's has not; the earlier one first. */
export function comparePath(one: number, other: number): string {
	return `/runs/compare?a=${Math.min(one, other)}&b=${Math.max(one, other)}`;
}
