import { z } from "zod";
import { containerDetail as response } from "#lib/api/schemas/catalogue-schemas.ts";
import { publishRules } from "#lib/catalog/inputs.ts";
import { publishContainer } from "#lib/jobs/publish-container.ts";
import { containerParams, readContainer, requireContainer } from "./container-operations.ts";
import { operation } from "./operation.ts";

/** Who may read a container by the STAC API. */

export const publishOperations = [
	operation({
		id: "publishContainer",
		method: "POST",
		path: "/containers/{id}/publish",
		tag: "Containers",
		summary: "Say who may read a container by the STAC API; its items are made, or taken back, by a worker",
		permission: "containers.update",
		params: containerParams,
		query: z.strictObject({}),
		body: z.strictObject({ stac: publishRules.shape.stac.unwrap().describe("off, token or public.") }),
		example: { stac: "public" },
		response,
		status: 200,
		problems: ["not-found", "conflict"],
		async handle({ database }, { id, stac }) {
			await requireContainer(database, id);
			await publishContainer(database, { id, stac });
			return readContainer(database, id);
		},
	}),
];
