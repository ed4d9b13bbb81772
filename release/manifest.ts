interface Checkout {
	readonly name: string;
	readonly version: string;
	readonly description: string;
	readonly license: string;
	readonly bin: Readonly<Record<string, string>>;
	readonly optionalDependencies: Readonly<Record<string, string>>;
}

/** Packages that cannot be part of others' files, as they read their own: the release holds them as they are. */
export const apart = ["gdal3.js"];

interface LockFile {
	readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

/**
 * What npm is told of the release: it asks for Node instead of bringing it, runs nothing when it is installed, and depends on
 * nothing that it does not hold but the PostgreSQL of the machine it is installed on, in the versions it was tested with.
 */
export function releaseManifest(
	{ name, version, description, license, bin, optionalDependencies }: Checkout,
	lock: LockFile,
): object {
	const locked = (packages: readonly string[]) =>
		Object.fromEntries(
			packages.map((name) => {
				const found = lock.packages[`node_modules/${name}`]?.version;
				if (found === undefined) throw new Error(`package-lock.json has no version of ${name}.`);
				return [name, found];
			}),
		);
	return {
		name,
		version,
		description,
		license,
		type: "module",
		engines: { node: ">=24" },
		bin,
		dependencies: locked(apart),
		bundleDependencies: apart,
		optionalDependencies: locked(Object.keys(optionalDependencies)),
	};
}
