import { expect, it } from "vitest";
import { fromFolderAddress, fromFolderHref } from "./from-folder-address.ts";

it.each([
	["archive", "", { storage: "archive" }],
	["a & b", "old stuff ü/50% <x>?#", { storage: "a & b", path: "old stuff ü/50% <x>?#", looked: "yes" }],
])("leads to the folder of %j that is %j, and names only what the page knows", (storage, path, state) => {
	const { searchParams } = new URL(fromFolderHref(storage, path), "http://localhost");
	expect(Object.fromEntries(searchParams)).toEqual(state);
	for (const name of searchParams.keys()) expect(fromFolderAddress).toHaveProperty(name);
});
