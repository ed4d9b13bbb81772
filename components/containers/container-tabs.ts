/** The tabs of a container's page; `value` is what `?tab=` says. */
export const containerTabs = [
	{ value: "differences", label: "Differences" },
	{ value: "datasets", label: "Datasets" },
	{ value: "runs", label: "Runs" },
	{ value: "sources", label: "Sources" },
	{ value: "settings", label: "Settings" },
] as const;
export type ContainerTab = (typeof containerTabs)[number]["value"];

/** The first tab for anything else. */
export function tabNamed(name: unknown): ContainerTab {
	return (containerTabs.find(({ value }) => value === name) ?? containerTabs[0]).value;
}
