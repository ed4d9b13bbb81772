import { configurationSchema } from "#lib/cli/configuration/configuration-schema.ts";

/** The JSON Schema of configuration files. Editors read it and cannot sign in; it says nothing of the catalogue. */
export function GET(): Response {
	return Response.json(configurationSchema(), { headers: { "cache-control": "public, max-age=300" } });
}
