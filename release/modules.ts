import { cpSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";

/** What is started as a process or a thread, or imported by its file: all else is bundled into these. */
const started = [
	"cli/main.js",
	"installation.ts",
	"jobs/end-with-parent.ts",
	"access/request/request-address.ts",
	"access/request/answer-length.ts",
	"access/request/stac-address.ts",
	"storage/threads/thread.js",
	"storage/local/worker.ts",
	"sync/read/read-thread.ts",
	"metadata/gdal/gdal-thread.ts",
	"quicklooks/render-thread.ts",
	"quicklooks/quicklook.ts",
	"operations/for-dashboard.ts",
	"sync/test-source.ts",
	"sync/survey/places.ts",
	"stac/files/serve-file.ts",
	"stac/files/sign-hrefs.ts",
];

/**
 * The command line, the worker and their threads as JavaScript with all packages in it, the mended driver as well: Node strips
 * no types below `node_modules`, and what is installed is what was tested. Names and lines stay readable for error messages.
 */
export async function bundleModules(root: string, target: string): Promise<void> {
	await build({
		absWorkingDir: root,
		entryPoints: started.map((source) => join("lib", source)),
		outbase: ".",
		outdir: target,
		bundle: true,
		splitting: true,
		format: "esm",
		platform: "node",
		target: "node24",
		chunkNames: "chunks/[name]-[hash]",
		keepNames: true,
		legalComments: "none",
		logLevel: "warning",
		// Add-ons in C that ssh2 and pg use where they are; they never are.
		external: ["cpu-features", "pg-native", "*.node"],
		// Packages in the older format ask for Node's own modules this way.
		banner: {
			js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
		},
	});
	// Runs on a Node that is too old, too, to say so: as it is.
	copy("lib/cli/launch.js");
	copy("drizzle");

	function copy(path: string): void {
		mkdirSync(dirname(join(target, path)), { recursive: true });
		cpSync(join(root, path), join(target, path), {
			recursive: true,
			filter: (source) => !source.endsWith("_snapshot.json"),
		});
	}
}
