import type { Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";

/**
 * What a series is of (`coverages_collectionmetadata`): that in which all its datasets agree, by which its OpenSearch finds series. A column that
 * somebody filled is left as it is.
 */

/** Our properties, by their columns there. */
export const factColumns = {
	product_type: "productType",
	doi: "doi",
	platform: "platform",
	platform_serial_identifier: "platformSerialIdentifier",
	instrument: "instrument",
	sensor_type: "sensorType",
	composite_type: "compositeType",
	processing_level: "processingLevel",
	orbit_type: "orbitType",
	spectral_range: "spectralRange",
} as const;

/** By column; what is not agreed on is left out. */
export type CollectionFacts = Readonly<Record<string, string>>;

export interface FactsWrite {
	/** The series' number there. */
	readonly pk: number;
	readonly facts: CollectionFacts;
	/** As they were written last, and before. */
	readonly written: readonly [CollectionFacts, CollectionFacts];
}

const columns = Object.keys(factColumns);
const longest = 256;

/** Writes what differs. Nothing is made for a series of which nothing is agreed on. */
export async function writeFacts(tx: Transaction, writes: readonly FactsWrite[]): Promise<void> {
	if (writes.length === 0) return;
	const rows = writes.map(({ pk, facts, written }) => ({
		pk,
		...Object.fromEntries(
			columns.flatMap((column) => [
				[column, cut(facts[column])],
				[`${column}_was`, written.flatMap((each) => cut(each[column]) ?? [])],
			]),
		),
	}));
	const types = columns
		.map((column) => tx`${tx(column)} text, ${tx(`${column}_was`)} jsonb`)
		.reduce((all, each) => tx`${all}, ${each}`);
	const said = tx`jsonb_to_recordset(${json(tx, rows)}) as r(pk bigint, ${types})`;
	// A row without that summary has every description of the series fail.
	await tx`
		insert into coverages_collectionmetadata (collection_id, product_metadata_summary)
		select pk, '{}' from ${said} where coalesce(${listOf(tx, (column) => tx`r.${tx(column)}`)}) is not null on conflict (collection_id) do nothing`;
	const is = (column: string) =>
		tx`case when m.${tx(column)} is null or r.${tx(`${column}_was`)} ? m.${tx(column)} then r.${tx(column)} else m.${tx(column)} end`;
	await tx`
		update coverages_collectionmetadata m set ${listOf(tx, (column) => tx`${tx(column)} = ${is(column)}`)} from ${said}
		where m.collection_id = r.pk and (${listOf(tx, (column) => tx`m.${tx(column)}`)}) is distinct from (${listOf(tx, is)})`;
}

const nothing = (tx: Transaction) => tx``;

function listOf(tx: Transaction, each: (column: string) => ReturnType<typeof nothing>) {
	return columns.map(each).reduce((all, one) => tx`${all}, ${one}`);
}

function cut(text: string | undefined): string | null {
	return text === undefined ? null : text.slice(0, longest);
}
