import { type Crowd, type Examination, listingOf, type Place } from "./local-list.ts";
import type { LocalResult, LocalTask } from "./local-task.ts";
import type { Listing } from "./storage.ts";

/**
 * A folder of very many files: all threads examine some of its names.
 * @param run performs a task in one of the threads
 */
export async function listCrowd(
	place: Place,
	{ names, problems, identity }: Crowd,
	{ knownDigest, run }: { readonly knownDigest: string | null; run(task: LocalTask): Promise<LocalResult> },
): Promise<Listing> {
	const examinations = (await Promise.all(
		names.map((some) => run({ kind: "examine", names: some, ...place })),
	)) as Examination[];
	if (examinations.some(({ vanished }) => vanished > 0)) await run({ kind: "same", identity, ...place });
	return listingOf(examinations, { knownDigest, problems });
}
