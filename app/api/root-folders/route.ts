import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { places } from "#app/engine.ts";

const query = z.object({
	/** Absolute, without the first `/`. */
	path: z.string().max(4000).default(""),
	/** Only those with this text in their name. */
	search: z.string().max(300).default(""),
});

/** The sub-folders of a folder of this machine in which a local storage may be. */
export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const { listRootFolders } = await places();
		return listRootFolders(query.parse(searchParams(request)), { signal: request.signal });
	}, "folders.read");
}
