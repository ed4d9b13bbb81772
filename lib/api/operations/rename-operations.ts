import { z } from "zod";
import { renameContainer } from "#lib/catalog/containers/rename-container.ts";
import { eoId } from "#lib/catalog/inputs.ts";
import { containerParams, requireContainer } from "./container-operations.ts";
import { operation } from "./operation.ts";
import { actorOf } from "./request-operations.ts";

/** Giving a container another EO ID. */
export const renameOperations = [
	operation({
		id: "renameContainer",
		method: "POST",
		path: "/containers/{id}/rename",
		tag: "Containers",
		summary: "Give a container another EO ID; the old one stays taken, and means the container wherever it is used",
		permission: "containers.rename",
		params: containerParams,
		query: z.strictObject({}),
		body: z.strictObject({ to: eoId.describe("The EO ID that it gets.") }),
		example: { to: "MER_FRS_1P" },
		response: z.object({ id: z.string().describe("EO ID."), formerId: z.string() }),
		status: 200,
		problems: ["not-found", "conflict"],
		async handle(context, { id, to }) {
			await requireContainer(context.database, id);
			await renameContainer(context.database, { id, to, actor: actorOf(context) });
			return { id: to, formerId: id };
		},
	}),
];
