/** As Next.js gives the parameters of a page's address. */
export type SearchParameters = Promise<Readonly<Record<string, string | string[] | undefined>>>;

/** The parameters as the page reads its address in the browser: of one that is given several times, the first. */
export async function firstOfEach(parameters: SearchParameters): Promise<Readonly<Partial<Record<string, string>>>> {
	return Object.fromEntries(
		Object.entries(await parameters).flatMap(([name, value]) => {
			const first = Array.isArray(value) ? value[0] : value;
			return first === undefined ? [] : [[name, first]];
		}),
	);
}
