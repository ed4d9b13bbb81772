import { decoded } from "#components/ui/address/decoded.ts";
import { lookupTable } from "#lib/lookup-table.ts";

/** Of the pages by their paths, `[…]` for one part of it as in the folder `app`; a new page gets its line here. */
const titles = lookupTable<string | ((name: string) => string)>({
	"/": "Health",
	"/account": "Your account",
	"/api-docs": "REST API",
	"/audit": "Audit log",
	"/batches/[batch]": (batch) => `Batch ${batch}`,
	"/containers": "Containers",
	"/containers/[id]": (id) => id,
	"/containers/[id]/reshape": (id) => `Split or merge ${id}`,
	"/containers/from-folder": "Add from a folder",
	"/containers/new": "Add container",
	"/datasets/[dataset]": (dataset) => (/^\d+$/.test(dataset) ? `Dataset ${dataset}` : dataset),
	"/problems": "Problems",
	"/rejections": "Rejections",
	"/runs": "Runs",
	"/runs/[run]": (run) => `Run ${run}`,
	"/runs/compare": "Compare runs",
	"/schedules": "Schedules",
	"/search": "Search",
	"/set-up": "Set up",
	"/settings": "Settings",
	"/sign-in": "Sign in",
	"/storages": "Storages",
	"/storages/[name]/coverage": (name) => `What lies in ${name}`,
	"/storages/duplicates": "Duplicates",
	"/targets": "Targets",
	"/targets/[name]": (name) => name,
	"/users": "Users",
});

/** Also where a path has a title and there is nothing of that name. */
export const notFoundTitle = "Not found";

const patterns = Object.entries(titles).map(([path, title]) => ({
	title,
	pattern: new RegExp(`^${path.replaceAll(/\[\w+\]/g, "([^/]+)")}$`),
}));

/** What a browser calls the page at `path`, an address without the base path and the query. */
export function pageTitle(path: string): string {
	const exact = titles[path];
	if (typeof exact === "string") return exact;
	for (const { title, pattern } of patterns) {
		const name = pattern.exec(path)?.[1];
		if (name !== undefined && typeof title === "function") return title(decoded(name));
	}
	return notFoundTitle;
}
