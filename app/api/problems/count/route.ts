import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { groupOf } from "#lib/catalog/causes/cause-records.ts";
import { listCauses } from "#lib/catalog/causes/causes.ts";

/** How many causes wait for a person. */
export async function GET(): Promise<Response> {
	return answer(async () => {
		const causes = await listCauses(await catalog());
		return { open: causes.filter((cause) => groupOf(cause) === "open").length };
	});
}
