/** As the address of _Add from a folder_ has it, so that each step can be left and come back to. `looked`: the folder was chosen. */
export const fromFolderAddress = { storage: "", path: "", looked: "" } as const;
export type FromFolderAddress = { readonly [name in keyof typeof fromFolderAddress]: string };

/** _Add from a folder_ at a folder that is chosen already; at a storage's root a person chooses first. */
export function fromFolderHref(storage: string, path: string): string {
	const state = path === "" ? { storage } : { storage, path, looked: "yes" };
	return `/containers/from-folder?${new URLSearchParams(state satisfies Partial<FromFolderAddress>)}`;
}
