import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * A file beside a module, for a thread to run. The dashboard's bundler takes `new URL(…, import.meta.url)` for a picture
 * to publish, and knows no `import.meta.dirname`.
 * @param module its `import.meta.url`
 */
export function workerUrl(module: string, name: string): URL {
	return pathToFileURL(join(dirname(fileURLToPath(module)), name));
}
