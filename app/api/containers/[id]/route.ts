import { answer } from "#app/api/answer.ts";
import { catalog } from "#app/catalog.ts";
import { containerDetail } from "#lib/catalog/containers/containers.ts";

interface ContainerRoute {
	readonly params: Promise<{ readonly id: string }>;
}

export async function GET(_request: Request, { params }: ContainerRoute): Promise<Response> {
	return answer(async () => containerDetail(await catalog(), (await params).id));
}
