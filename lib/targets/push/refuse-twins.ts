import type { Database } from "#lib/catalog/database/database.ts";
import { refused } from "#lib/targets/eoxserver/refusals.ts";
import { coveragesByFile } from "#lib/targets/eoxserver/registered.ts";
import { ownNumbers } from "./push-owned.ts";
import type { Step } from "./push-plan.ts";

/**
 * Refuses to create a second coverage of a file that the target already has under another name, registered by a script that still runs after
 * the adoption, for example. A person decides: they adopt that coverage, or deregister it.
 */

interface TwinWork {
	readonly database: Pick<Database, "sql">;
	readonly eox: Pick<Database, "sql">;
	readonly target: { readonly id: number; readonly name: string };
}

export async function refuseTwins(
	{ database, eox, target }: TwinWork,
	steps: readonly Step[],
): Promise<readonly Step[]> {
	const places = steps.flatMap((step) => (step.do === "create" ? placesOf(step) : []));
	if (places.length === 0 || !(await wasAdopted(database, target.id))) return steps;
	const byFile = await coveragesByFile(eox.sql, new Set(places), { notOfEosync: true });
	if (byFile.size === 0) return steps;
	const pks = [...byFile.values()].flat().map(({ pk }) => pk);
	const own = await ownNumbers(database.sql, target.id, pks);
	return steps.map((step) => {
		if (step.do !== "create") return step;
		const twin = placesOf(step)
			.flatMap((place) => byFile.get(place) ?? [])
			.find(({ pk }) => !own.has(pk) && pk !== step.pk);
		if (twin === undefined) return step;
		return refused(
			step,
			`The target already has its file as ${twin.identifier}, which eosync did not register: adopt it (eosync targets adopt ${target.name}), or deregister it in the target.`,
		);
	});
}

function placesOf({ wanted }: Extract<Step, { do: "create" }>): readonly string[] {
	return wanted.object.files.map(({ place }) => place);
}

/**
 * Whether the target's coverages were adopted. If a person said that they belong to others, new ones are made beside them; before any answer, the
 * whole push is held instead (`hold-until-adopted.ts`).
 */
async function wasAdopted({ sql }: Pick<Database, "sql">, target: number): Promise<boolean> {
	const [row] = await sql<{ is: boolean }[]>`
		select t.taken_over_at is not null and coalesce(p.kind = 'adopt', true) as is from targets t left join lateral (
			select kind from target_pushes p where p.target_id = t.id and ((p.kind = 'adopt' and p.state = 'succeeded') or (p.hold = 'adoption' and p.approval_reason is not null))
			order by p.id desc limit 1) p on true where t.id = ${target}`;
	return row?.is ?? false;
}
