import { defineConfig } from "drizzle-kit";

export default defineConfig({
	dialect: "postgresql",
	schema: [
		"./lib/catalog/schema.ts",
		"./lib/catalog/dataset-schema.ts",
		"./lib/catalog/run-schema.ts",
		"./lib/catalog/share-schema.ts",
		"./lib/catalog/operations-schema.ts",
		"./lib/catalog/unattended-schema.ts",
		"./lib/catalog/access-schema.ts",
		"./lib/catalog/audit-schema.ts",
	],
	out: "./drizzle",
	casing: "snake_case",
});
