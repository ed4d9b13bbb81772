import { z } from "zod";
import { answer, searchParams } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { places } from "#app/engine.ts";

const query = z.object({ storage: z.string().min(1).max(100), path: z.string().max(5000).default("") });

/** What lies in a storage's folder, and which sources could be made of it; it ends when the request is aborted. */
export async function GET(request: Request): Promise<Response> {
	return answer(async () => {
		const place = query.parse(searchParams(request));
		const { surveyFolder } = await places();
		return surveyFolder(await catalog(), place, { signal: request.signal });
	}, "folders.read");
}
