/** The parameters of a route; what says nothing, empty or null, is left out. */
export function givenParameters(all: Readonly<Record<string, string | null | undefined>>): URLSearchParams {
	return new URLSearchParams(Object.entries(all).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
