import { z } from "zod";

const version = z.coerce.number().int().positive();

export async function versionParam({
	params,
}: {
	readonly params: Promise<{ readonly version: string }>;
}): Promise<number> {
	return version.parse((await params).version);
}
