import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { coverageOf } from "#lib/jobs/coverage/coverage-of.ts";

interface Context {
	readonly params: Promise<{ readonly name: string }>;
}

export async function GET(_: Request, { params }: Context): Promise<Response> {
	return answer(async () => coverageOf(await catalog(), (await params).name));
}
