import { openFilesRoute } from "#app/api/containers/[id]/open-files.ts";
import { listExceptions } from "#lib/catalog/changes/exceptions.ts";

export const GET = openFilesRoute((database, container, query) => listExceptions(database, { ...query, container }));
