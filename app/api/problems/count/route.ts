import { answer } from "#app/api/answer.ts";
import { causesNow } from "#app/api/problems/causes-now.ts";
import { groupOf } from "#lib/catalog/causes/cause-records.ts";

/** How many causes wait for a person. */
export async function GET(): Promise<Response> {
	return answer(async () => ({ open: (await causesNow()).filter((cause) => groupOf(cause) === "open").length }));
}
