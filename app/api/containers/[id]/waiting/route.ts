import { openFilesRoute } from "#app/api/containers/[id]/open-files.ts";
import { listWaiting } from "#lib/catalog/containers/open-files.ts";

export const GET = openFilesRoute(listWaiting);
