import { z } from "zod";
import { ApiProblem } from "#lib/api/problems.ts";
import type { Database } from "#lib/catalog/database/database.ts";
import { targetViews } from "#lib/catalog/targets/target-overview.ts";
import type { TargetView } from "#lib/catalog/targets/target-views.ts";

/** What the calls about targets, and about pushes to them, have in common. */

export const targetParams = z.strictObject({ target: z.string().min(1).max(300).describe("Name of the target.") });
export const targetCall = { tag: "Targets", query: z.strictObject({}) } as const;
export const targetRead = {
	...targetCall,
	method: "GET",
	permission: "catalogue.read",
	status: 200,
	body: null,
} as const;

export function targetOf(view: TargetView) {
	const { input, behindSince: _, held: __, active: ___, resumedAt: ____, ...rest } = view;
	const { name: _____, type: ______, password: _______, ...configured } = input;
	return { ...rest, current: rest.current ?? rest.heldPush, ...configured };
}

/** @throws ApiProblem `not-found` */
export async function readTarget(database: Database, name: string) {
	const [view] = await targetViews(database, name);
	if (view === undefined) throw new ApiProblem("not-found", `There is no target ${name}.`);
	return targetOf(view);
}

/** @throws ApiProblem `not-found` */
export async function requireTarget({ sql }: Database, name: string): Promise<void> {
	const [found] = await sql`select from targets where name = ${name}`;
	if (!found) throw new ApiProblem("not-found", `There is no target ${name}.`);
}
