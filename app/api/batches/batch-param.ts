import { z } from "zod";

export interface BatchRoute {
	readonly params: Promise<{ readonly batch: string }>;
}

const batchNumber = z.coerce.number("Give the number of a batch").int().positive().max(Number.MAX_SAFE_INTEGER);

export async function batchParam({ params }: BatchRoute): Promise<number> {
	return batchNumber.parse((await params).batch);
}
