import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { readEnv } from "#lib/env.ts";

const root = join(import.meta.dirname, "../..");
const files = readdirSync(join(root, "deploy"), { recursive: true, withFileTypes: true })
	.filter((entry) => entry.isFile())
	.map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));

it.each(files.filter((file) => file.endsWith(".yaml")))("%s is YAML without a fault", (file) => {
	const documents = parseAllDocuments(readFileSync(join(root, file), "utf8"));
	expect(documents.length).toBeGreaterThan(0);
	for (const document of documents) {
		const faults = [...(document as { readonly errors: readonly Error[] }).errors];
		expect(faults).toEqual([]);
	}
});

interface Container {
	readonly name: string;
	readonly image: string;
	readonly startupProbe?: object;
	readonly livenessProbe?: object;
	readonly resources?: { readonly requests?: Record<string, string>; readonly limits?: Record<string, string> };
	readonly securityContext?: Record<string, unknown>;
	readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

interface Manifest {
	readonly kind: string;
	readonly metadata: { readonly name: string };
	readonly spec?: {
		readonly selector?: { readonly matchLabels?: Record<string, string> } & Record<string, unknown>;
		readonly minAvailable?: number;
		readonly replicas?: number;
		readonly template?: {
			readonly metadata: { readonly labels: Record<string, string> };
			readonly spec: {
				readonly securityContext?: Record<string, unknown>;
				readonly containers: readonly Container[];
				readonly volumes: readonly { readonly name: string }[];
			};
		};
	};
}

const manifests = parseAllDocuments(readFileSync(join(root, "deploy/kubernetes/eosync.yaml"), "utf8")).map(
	(document): Manifest => document.toJS(),
);
const workloads = manifests.flatMap(({ kind, metadata: { name }, spec }) =>
	spec?.template === undefined ? [] : [{ kind, name, spec, template: spec.template }],
);

it.each(workloads)(
	"Kubernetes: $kind $name runs as nobody in particular, within limits, and is looked after",
	({ kind, spec, template }) => {
		const { securityContext, containers, volumes } = template.spec;
		expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
		for (const container of containers) {
			expect(container.securityContext).toMatchObject({
				allowPrivilegeEscalation: false,
				readOnlyRootFilesystem: true,
				capabilities: { drop: ["ALL"] },
			});
			expect(container.image).not.toMatch(/:latest$|^[^:]+$/);
			expect(container.resources?.requests).toHaveProperty("cpu");
			expect(container.resources?.requests).toHaveProperty("memory");
			expect(container.resources?.limits).toHaveProperty("memory");
			if (kind === "Deployment") expect([container.startupProbe, container.livenessProbe]).not.toContain(undefined);
			const mounted = container.volumeMounts ?? [];
			expect(mounted.map(({ mountPath }) => mountPath)).toEqual(expect.arrayContaining(["/data", "/tmp"]));
			expect(mounted.filter(({ mountPath, readOnly }) => mountPath === "/archive" && readOnly !== true)).toEqual([]);
			const known = volumes.map(({ name }) => name);
			expect(mounted.filter(({ name }) => !known.includes(name))).toEqual([]);
		}
		if (kind === "Deployment")
			expect(template.metadata.labels).toMatchObject(spec.selector?.matchLabels ?? { none: true });
	},
);

it("Kubernetes: the tables are migrated by a Job, workers are kept while nodes are drained, and all are of one version", () => {
	expect(workloads.filter(({ kind }) => kind === "Job")).toHaveLength(1);
	const [budget] = manifests.filter(({ kind }) => kind === "PodDisruptionBudget");
	const workers = workloads.find(({ name }) => name === "eosync-worker");
	expect(budget?.spec?.selector).toEqual(workers?.spec.selector);
	expect(workers?.spec.replicas).toBeGreaterThan(budget?.spec?.minAvailable ?? Number.POSITIVE_INFINITY);
	const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
	const images = workloads.flatMap(({ template }) => template.spec.containers.map(({ image }) => image));
	expect(new Set(images.map((image) => image.split(":").at(-1)))).toEqual(new Set([version]));
});

it("compose: eosync may write to its data only, and is reached by the proxy only", () => {
	const [document] = parseAllDocuments(readFileSync(join(root, "deploy/docker/compose.yaml"), "utf8"), { merge: true });
	const { services } = document?.toJS() ?? {};
	for (const name of ["dashboard", "worker"]) {
		expect(services[name]).toMatchObject({
			read_only: true,
			cap_drop: ["ALL"],
			security_opt: ["no-new-privileges:true"],
		});
		expect(services[name].ports).toBeUndefined();
		expect(services[name].volumes).toContainEqual(expect.stringMatching(/:\/archive:ro$/));
	}
	expect(services.worker.deploy.replicas).toBe(2);
	expect(services.proxy.ports).toEqual(["80:80", "443:443"]);
});

const verifier = "/usr/bin/systemd-analyze";

it.skipIf(!existsSync(verifier)).each(["of the package", "of a checkout, with the drop-ins"])(
	"systemd: units %s are without a fault",
	(whose) => {
		const folder = mkdtempSync(join(tmpdir(), "eosync-units-"));
		try {
			cpSync(join(root, "deploy/systemd"), folder, { recursive: true });
			const dropIns = readdirSync(folder).filter((name) => name.endsWith(".d"));
			expect(dropIns).toHaveLength(2);
			for (const name of dropIns) {
				if (whose === "of the package") rmSync(join(folder, name), { recursive: true });
				// There is no checkout in /opt here; the program must be there.
				else mend(join(folder, name, "checkout.conf"), "/opt/eosync/node_modules/.bin/node", "/usr/bin/env");
			}
			const units = readdirSync(folder).filter((name) => name.endsWith(".service"));
			expect(units).toHaveLength(2);
			// Of a key that it does not know it only warns; and it may have things to say about the machine.
			const names = units.map((name) => `./${name}`);
			const { stderr } = spawnSync(verifier, ["verify", ...names], { cwd: folder, encoding: "utf8" });
			expect(stderr.split("\n").filter((line) => line.includes("eosync"))).toEqual([]);
		} finally {
			rmSync(folder, { recursive: true });
		}
	},
);

function mend(file: string, from: string, to: string): void {
	const text = readFileSync(file, "utf8");
	expect(text).toContain(from);
	writeFileSync(file, text.replaceAll(from, to));
}

it("every native package that is installed has a build for arm64 as well", () => {
	const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
		packages: Record<string, { dev?: boolean; os?: string[]; cpu?: string[]; libc?: string[] }>;
	};
	const forX64 = Object.entries(packages).filter(
		([, { dev, os, cpu }]) => dev !== true && os?.includes("linux") && cpu?.includes("x64"),
	);
	expect(forX64.length).toBeGreaterThan(1);
	const missing = forX64
		.map(([path]) => path.replace(/x64|amd64/, "arm64"))
		.filter((path) => packages[path] === undefined);
	expect(missing).toEqual([]);
});

it("names only variables of the environment that eosync reads", () => {
	const source = readFileSync(join(root, "lib/env.ts"), "utf8");
	const named = files.flatMap((file) => readFileSync(join(root, file), "utf8").match(/\bEOSYNC_[A-Z_]+/g) ?? []);
	expect(named.length).toBeGreaterThan(10);
	expect(named.filter((name) => !source.includes(`${name}:`))).toEqual([]);
	expect(() =>
		readEnv({ EOSYNC_URL: "https://eosync.example.org", EOSYNC_METRICS_PORT: "9464", EOSYNC_PROXIES: "1" }),
	).not.toThrow();
});
