import { z } from "zod";

export interface ChangeRoute {
	readonly params: Promise<{ readonly run: string; readonly key: string }>;
}

const changeKey = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

export async function changeParam({ params }: ChangeRoute): Promise<number> {
	return changeKey.parse((await params).key);
}
