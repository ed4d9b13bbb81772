import type { Transaction } from "#lib/catalog/database/database.ts";
import { json } from "#lib/catalog/database/json.ts";

/**
 * Describes series in `coverages_collectionmetadata` by the properties in which all their datasets agree; EOxServer's OpenSearch finds series by
 * them. A column that was filled by hand is left as it is.
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

/** Values by column; those in which datasets differ are left out. */
export type CollectionFacts = Readonly<Record<string, string>>;

export interface FactsWrite {
	/** The series' number there. */
	readonly pk: number;
	readonly facts: CollectionFacts;
	/** The facts that were written last, and those before them. */
	readonly written: readonly [CollectionFacts, CollectionFacts];
}

const columns = Object.keys(factColumns);
const longest = 256;

/** Writes what differs. A series whose datasets agree in nothing gets no row. */
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
	// Where a row has no summary, EOxServer fails to describe the series.
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
