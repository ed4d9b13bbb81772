import { z } from "zod";

export interface DatasetRoute {
	readonly params: Promise<{ readonly dataset: string }>;
}

const number = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** The number of the dataset that the route is about. @throws z.ZodError */
export async function datasetParam({ params }: DatasetRoute): Promise<number> {
	return number.parse((await params).dataset);
}
