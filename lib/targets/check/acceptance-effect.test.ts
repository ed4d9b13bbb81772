import { afterAll, beforeAll, expect, it } from "vitest";
import type { Database } from "#lib/catalog/database/database.ts";
import { acceptInput } from "#lib/catalog/targets/target-asks.ts";
import { targetInput } from "#lib/catalog/targets/target-inputs.ts";
import { saveTarget } from "#lib/catalog/targets/targets.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
import { acceptAsked, acceptanceEffect } from "./acceptance-effect.ts";

let database: Database;
let check: number;
beforeAll(async () => {
	database = await createTestDatabase();
	const { sql } = database;
	await sql`insert into containers (eo_id, kind) values ('S', 'dataset-series'), ('T', 'dataset-series')`;
	await saveTarget(database, targetInput.parse({ name: "eox", url: "postgres://eox@db/eox" }));
	await sql`
		insert into target_objects (target_id, kind, container_id, identifier, target_pk, written, desired, differing, adopted, state)
		select t.id, 'series', c.id, c.eo_id || '_there', c.id, '{"size": 1, "origin": 1}', '{"size": 2, "origin": 2}',
			case when c.eo_id = 'S' then array['origin', 'size'] else array['size'] end, true, 'differs (adopted)'
		from targets t, containers c`;
	const [row] = await sql<{ id: number }[]>`
		insert into target_pushes (target_id, kind) select id, 'check' from targets returning id`;
	check = row?.id ?? 0;
	await sql`
		insert into target_differences (push_id, number, class, kind, identifier) values (${check}, 7, 'differs (adopted)', 'series', 'T_there')`;
});
afterAll(() => database.close());

const effect = (asked: object = {}) => acceptanceEffect(database, "eox", acceptInput.parse(asked));
const sizes = { field: "size", objects: 2 };
const origins = { field: "origin", objects: 1 };

it("says what would be written, for all, one container, one difference, some fields", async () => {
	expect(await effect()).toEqual({ objects: 2, fields: [sizes, origins] });
	expect(await effect({ fields: ["origin"] })).toEqual({ objects: 1, fields: [sizes, origins] });
	expect(await effect({ fields: ["no such field"] })).toEqual({ objects: 0, fields: [sizes, origins] });
	expect(await effect({ container: "T" })).toEqual({ objects: 1, fields: [{ field: "size", objects: 1 }] });
	expect(await effect({ push: check, number: 7 })).toEqual({ objects: 1, fields: [{ field: "size", objects: 1 }] });
	await expect(effect({ push: check, number: 8 })).rejects.toThrow(`There is no difference 8 of check ${check}`);
});

it("is what accepting then does", async () => {
	const accept = (asked: object) => acceptAsked(database, "eox", acceptInput.parse(asked));
	expect(await accept({ fields: ["no such field"] })).toBe(0);
	expect(await accept({ push: check, number: 7 })).toBe(1);
	expect(await effect()).toEqual({ objects: 1, fields: [origins, { field: "size", objects: 1 }] });
	expect(await accept({ container: "S", fields: ["size"] })).toBe(1);
	expect(await accept({})).toBe(1);
	expect(await effect()).toEqual({ objects: 0, fields: [] });
});
