import type { Property } from "./condition.ts";
import { Cql2Error } from "./expression.ts";

/** The fields of STAC items that filters know, by the documents' names. */

/** Those that are instants. */
export const itemTimes: readonly string[] = ["datetime", "start_datetime", "end_datetime", "created", "updated"];

/** `properties.` may stand before a name. @throws Cql2Error */
export function itemProperty(given: string): Property {
	if (given.includes("\0") || !given.isWellFormed())
		throw new Cql2Error("The name of a property holds what no name can hold.");
	const name = given.replace(/^properties\./, "");
	return { name, type: name === "geometry" ? "geometry" : itemTimes.includes(name) ? "instant" : "text" };
}
