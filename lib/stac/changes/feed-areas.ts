import type { Sql, Transaction } from "#lib/catalog/database/database.ts";
import type { Area } from "./feed-filter.ts";

/** Boxes of PostgreSQL and the areas of readers, degrees. */

export interface BoxRow {
	readonly west: number | null;
	readonly south: number | null;
	readonly east: number | null;
	readonly north: number | null;
}

/** `box[0]` is its upper right corner, `box[1]` the lower left one. */
export function boxColumns(sql: Sql | Transaction, box: ReturnType<Sql>) {
	return sql`(${box}[1])[0] as west, (${box}[1])[1] as south, (${box}[0])[0] as east, (${box}[0])[1] as north`;
}

export function areaOf({ west, south, east, north }: BoxRow): Area | null {
	return west === null || south === null || east === null || north === null ? null : [west, south, east, north];
}

function boxesOf(areas: readonly Area[]): readonly string[] {
	return areas.map(([west, south, east, north]) => `((${west},${south}),(${east},${north}))`);
}

export function within(sql: Sql | Transaction, box: ReturnType<Sql>, areas: readonly Area[] | null) {
	if (areas === null) return sql``;
	return sql`and exists (select from unnest(${boxesOf(areas)}::text[]) a(area) where ${box} && a.area::box)`;
}

/** An item that left the area: those who follow the area have it. */
export function wasWithin(sql: Sql | Transaction, areas: readonly Area[] | null) {
	if (areas === null) return sql``;
	return sql`or (ch.details ? 'was' and exists (
		select from unnest(${boxesOf(areas)}::text[]) a(area) where (ch.details->>'was')::box && a.area::box))`;
}
