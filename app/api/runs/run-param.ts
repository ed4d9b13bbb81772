import { z } from "zod";

export interface RunRoute {
	readonly params: Promise<{ readonly run: string }>;
}

const runNumber = z.coerce.number("Give the number of a run").int().positive().max(Number.MAX_SAFE_INTEGER);

export async function runParam({ params }: RunRoute): Promise<number> {
	return runNumber.parse((await params).run);
}
