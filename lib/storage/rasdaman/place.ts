import type { RasdamanConfig } from "#lib/storage/config.ts";
import { normalisePath } from "#lib/storage/path.ts";
import { isCollectionName, isObjectNumber } from "./arrays.ts";
import { isCoverageId } from "./coverages.ts";

/** What a path of the storage is of. */
export type RasdamanPlace =
	| { readonly kind: "root" | "collections" | "coverages" | "nothing" }
	| { readonly kind: "collection"; readonly collection: string }
	| { readonly kind: "array"; readonly collection: string; readonly oid: string; readonly name: string }
	| { readonly kind: "coverage"; readonly id: string; readonly name: string };

type Show = RasdamanConfig["show"];

/** Of the root, sorted. */
export function foldersOf(show: Show): readonly string[] {
	return ["collections", "coverages"].filter((name) => show === "all" || show === name);
}

/** @throws StorageError `invalid-path`. */
export function placeOf(text: string, show: Show): RasdamanPlace {
	const path = normalisePath(text);
	const [top = "", second = "", third = "", ...more] = path.split("/");
	if (path === "") return { kind: "root" };
	if (!foldersOf(show).includes(top) || more.length > 0) return { kind: "nothing" };
	if (second === "") return { kind: top === "collections" ? "collections" : "coverages" };
	if (top === "coverages") {
		const id = stemOf(second);
		return third === "" && isCoverageId(id) ? { kind: "coverage", id, name: second } : { kind: "nothing" };
	}
	if (!isCollectionName(second)) return { kind: "nothing" };
	if (third === "") return { kind: "collection", collection: second };
	const oid = stemOf(third);
	return isObjectNumber(oid) ? { kind: "array", collection: second, oid, name: third } : { kind: "nothing" };
}

/** `""` for a name that is not one of ours. */
function stemOf(name: string): string {
	return name.endsWith(".json") ? name.slice(0, -".json".length) : "";
}
