import type { StorageConfig } from "./config.ts";
import type { Storage } from "./storage.ts";

/** The storage of a configuration; the caller disposes of it. Adapters are imported when first used: some are large. */
export async function openStorage(config: StorageConfig): Promise<Storage> {
	switch (config.type) {
		case "local": {
			const { LocalStorage } = await import("./local.ts");
			return new LocalStorage(config);
		}
	}
}
