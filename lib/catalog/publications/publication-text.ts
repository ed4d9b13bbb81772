import type { StacAccess } from "#lib/catalog/inputs.ts";
import type { PublicationView } from "#lib/catalog/read-models/container-view.ts";
import { formatPlural } from "#lib/numbers.ts";

/** Client-safe. */

/** Who may read a container. */
export const readersText: Readonly<Record<StacAccess, string>> = {
	off: "nobody",
	token: "who has a token",
	public: "everyone",
};

/** How a container is served, in a few words. */
export function publicationText({ stac, items, filling }: PublicationView): string {
	const failed = filling?.error ? `; it does not go on: ${filling.error}` : "";
	if (stac === "off") return filling ? `not any longer; its items are being taken back${failed}` : "no";
	const number = filling
		? `${items} of ${filling.total === null ? "its datasets" : formatPlural(filling.total, "dataset")} so far`
		: formatPlural(items, "item");
	return `to ${readersText[stac]}, ${number}${failed}`;
}
