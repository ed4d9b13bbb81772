import { digestOfLines, filesOf, foldersOf } from "./digest.ts";
import type { Crowd, CrowdLines, Place } from "./local-list.ts";
import type { LocalResult, LocalTask } from "./local-task.ts";
import type { Listing } from "./storage.ts";

/**
 * A folder of very many files: all threads examine some of its names, and entries are made only where something differs.
 * @param run performs a task in one of the threads
 */
export async function listCrowd(
	place: Place,
	{ names, problems, identity }: Crowd,
	{ knownDigest, run }: { readonly knownDigest: string | null; run(task: LocalTask): Promise<LocalResult> },
): Promise<Listing> {
	const examined = names.map((some) => run({ kind: "examine", names: some, ...place }) as Promise<CrowdLines>);
	const lines = await Promise.all(examined);
	if (lines.some(({ vanished }) => vanished > 0)) await run({ kind: "same", identity, ...place });
	const digest = digestOfLines(
		lines.map(({ folders }) => folders),
		lines.map(({ files }) => files),
	);
	return {
		digest,
		folders: lines.flatMap(({ folders }) => foldersOf(folders)),
		files: digest === knownDigest ? null : lines.flatMap(({ files }) => filesOf(files)),
		problems,
	};
}
