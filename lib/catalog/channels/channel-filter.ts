import { type Condition, conditionOf } from "#lib/cql2/condition.ts";
import { Cql2Error } from "#lib/cql2/expression.ts";
import { itemProperty } from "#lib/cql2/item-property.ts";
import { parseCql2Text } from "#lib/cql2/parse-text.ts";

/** Client-safe. What a channel's filter asks of items. @throws Cql2Error, with the place where it is wrong */
export function channelCondition(filter: string): Condition {
	if (filter.includes("\0") || !filter.isWellFormed())
		throw new Cql2Error("The filter holds characters that are none.");
	return conditionOf(parseCql2Text(filter), (name) => {
		const property = itemProperty(name);
		// A collection is renamed without a change of its items.
		if (property.name === "collection") throw new Cql2Error("Name collections in their own field, not in the filter.");
		return property;
	});
}
