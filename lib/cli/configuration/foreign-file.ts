import { stringify } from "yaml";
import { commandName } from "#lib/installation.ts";
import type { ForeignContainer } from "#lib/targets/check/foreign-containers.ts";

/** Containers for coverages of a target that are nobody's here, as a part of a configuration file to look over and save. */
export function foreignFile(target: string, containers: readonly ForeignContainer[]): string {
	const parts = containers.map(({ id, kind, title, source: { storage, path, include, metadata } }) => ({
		id,
		kind,
		title,
		sources: [{ storage, path, include, metadata }],
	}));
	return `# Offered for the coverages of ${JSON.stringify(target)} that no container has. Look it over, then: ${commandName} configure FILE --check.\n${stringify(escaped({ storages: [], containers: parts }), { lineWidth: 0 })}`;
}

/** A text that looks like a variable of the environment stands for itself. */
function escaped(value: unknown): unknown {
	if (typeof value === "string") return value.replace(/\$\{[A-Za-z_]\w*\}/g, "$$$&");
	if (Array.isArray(value)) return value.map(escaped);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, escaped(each)]));
}
