import { givenParameters } from "#components/live/given-parameters.ts";
import { shownClasses, shownKinds } from "./difference-words.ts";

/** Which differences are shown, and which of them is opened, as the page's address has it; empty: all, none. */
export const shownFirst = { class: "", kind: "", container: "", search: "", difference: "" } as const;
export type DifferencesAddress = { readonly [name in keyof typeof shownFirst]: string };

export const unfiltered = { class: "", kind: "", container: "", search: "" } as const;

/** As the routes take it. Words of the address that are none are left out. @param push the check or push that found them */
export function differenceParameters(
	address: DifferencesAddress,
	push: number,
	more: Readonly<Record<string, string>> = {},
): URLSearchParams {
	const { container, search } = address;
	const known = (words: readonly string[], word: string) => (words.includes(word) ? word : "");
	return givenParameters({
		push: String(push),
		class: known(shownClasses, address.class),
		kind: known(shownKinds, address.kind),
		container,
		search,
		...more,
	});
}
