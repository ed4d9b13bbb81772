/** Client-safe: `1 exception`, `3 exceptions`. */
export function exceptionsText(number: number): string {
	return number === 1 ? "1 exception" : `${number.toLocaleString("en-US")} exceptions`;
}
