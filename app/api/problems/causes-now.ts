import { catalog } from "#app/catalog.ts";
import { listCauses } from "#lib/catalog/causes/causes.ts";
import { freshAtMostEvery } from "#lib/operations/cache-for.ts";

/** Every open page asks for them whenever a container's state is another: however many do, the database is asked once a second. */
export const causesNow = freshAtMostEvery(1000, async () => listCauses(await catalog()));
