import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { places } from "#app/engine.ts";

const query = z.object({
	storage: z.string().min(1).max(100),
	path: z.string().max(5000).default(""),
	/** Only those with this text in their name. */
	search: z.string().max(300).default(""),
});

/** The sub-folders of a storage's folder. */
export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const place = query.parse(searchParams(request));
		const { listFolders } = await places();
		return listFolders(await catalog(), place, { signal: request.signal });
	}, "folders.read");
}
